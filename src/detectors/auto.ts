// What `detect` uses where nobody chose: a combination that was chosen by measurement over many labelled tables, never by
// the labels of the table at hand (bench/choose-auto.mjs; docs/results.md, "The default of detect").

import { learnCombined } from "./combine/learn.js";
import { memberOf } from "./combine/members.js";
import { defineDetector } from "./define.js";
import { choice, int } from "./parameters.js";

export const auto = defineDetector({
  id: "auto",
  about: "Near and wider neighbourhoods and an isolation forest together: what is strange to one of them is strange.",
  paper: "none: members and how they are combined were chosen by measurement over ADBench's tables",
  parameters: {
    training: choice(["mixed", "normal"], {
      fallback: "mixed",
      doc: "whether anomalies may be among the training rows, or all of them are known to be normal",
    }),
    trees: int({ max: 10_000, fallback: 100, doc: "number of trees of the isolation forest" }),
    sample: int({ max: 200_000, fallback: 5000, doc: "training rows kept in the model as neighbours, at most" }),
  },
  encoding: () => ({ scaling: "standard" }),
  async learn({ training, trees, sample }, site) {
    const { texts, weights, note } = site.picture
      ? forPictures(sample)
      : forTables(trees, sample, training === "mixed");
    const members = texts.map((text) => memberOf(text).recipe({}));
    const learned = await learnCombined({ members, how: "max", scale: "p-value", weights }, site);
    return {
      ...learned,
      facts: { ...learned.facts, chosen: texts.join(", ") },
      notes: [note, ...(learned.notes ?? [])],
    };
  },
});

/**
 * A single neighbour sees most where the training rows are normal, and nothing where a row finds itself among them; twenty
 * neighbours are more than a small clump of anomalies has. Where anomalies train too, the forest is the best at the top of
 * its list, so it counts double there.
 */
const forTables = (trees: number, sample: number, isMixed: boolean) => ({
  texts: [
    `knn(neighbours=1 sample=${sample})`,
    `knn(neighbours=20 sample=${sample})`,
    `isolation-forest(trees=${trees})`,
  ],
  weights: [1, 1, isMixed ? 2 : 1],
  note:
    "auto chose the nearest neighbour, the 20 nearest and an isolation forest, by measurement on other tables; " +
    "a row is as strange as the one of them that finds it strangest says" +
    (isMixed ? ", the forest counting double since anomalies may be among the training rows" : ""),
});

const forPictures = (sample: number) => ({
  texts: [`knn(sample=${sample})`],
  weights: [1],
  note: "auto chose nearest neighbours, which do best on pictures of those that need no training",
});
