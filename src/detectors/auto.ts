// What `detect` uses where nobody chose: a combination that was chosen by measurement over many labelled tables, never by
// the labels of the table at hand (bench/choose-auto.mjs; docs/results.md, "The default of detect").

import { learnCombined } from "./combine/learn.js";
import { memberOf } from "./combine/members.js";
import { defineDetector, type LearningSite } from "./define.js";
import { int } from "./parameters.js";

/** Columns beyond which principal components cost more time than they are worth: their matrix is columns by columns. */
const MOST_COLUMNS = 500;

export const auto = defineDetector({
  id: "auto",
  about: "Neighbours, isolation and principal components together: what is strange to one of them is strange.",
  paper: "none: members and their combination were chosen by measurement over ADBench's tables",
  parameters: {
    sample: int({ max: 200_000, fallback: 5000, doc: "training rows kept in the model as neighbours, at most" }),
  },
  encoding: () => ({ scaling: "standard" }),
  async learn({ sample }, site) {
    const { texts, why } = chosen(site, sample);
    const members = texts.map((text) => memberOf(text).recipe({}));
    const weights = members.map(() => 1);
    const learned = await learnCombined({ members, how: "max", scale: "p-value", weights }, site);
    return {
      ...learned,
      facts: { ...learned.facts, chosen: texts.join(", ") },
      notes: [`auto chose ${wordsOf(texts)}: ${why}`, ...(learned.notes ?? [])],
    };
  },
});

/** By nothing but how large the table is. */
function chosen({ picture, width }: Pick<LearningSite, "picture" | "width">, sample: number) {
  if (picture)
    return { texts: [`knn(sample=${sample})`], why: "what names the place of a defect best without training" };
  const neighbours = `knn(neighbours=2 sample=${sample})`;
  if (width > MOST_COLUMNS)
    return {
      texts: [neighbours, "isolation-forest"],
      why: `a row is as strange as the one of them that finds it strangest says; ${width} columns, dummies of text included, are too many for principal components`,
    };
  return {
    texts: [neighbours, "isolation-forest", "pca"],
    why: "a row is as strange as the one of them that finds it strangest says",
  };
}

const wordsOf = (texts: readonly string[]): string => {
  const ids = texts.map((text) => text.replace(/\(.*/, ""));
  return ids.length === 1 ? ids[0]! : `${ids.slice(0, -1).join(", ")} and ${ids.at(-1)}`;
};
