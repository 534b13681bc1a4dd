// DAGMM on KDD Cup 99, 10 percent (Zong et al. 2018, table 2), beside its public implementations. The paper's split is that of
// EGBAD's code: half of the rows train, attacks among them only; of the other half less than a fifth is normal.

import type { Contender, Experiment, PublishedRow } from "./define.js";
import { egbadKdd99 } from "./egbad-kdd99.js";

const published = (name: string, precision: number, recall: number, f1: number): PublishedRow => ({
  name,
  values: { precision, recall, f1 },
});

export const dagmmKdd99: Experiment = {
  ...egbadKdd99,
  id: "dagmm-kdd99",
  about: "DAGMM on KDD Cup 99, 10 percent, against its published table and its public implementations",
  published: [
    published("DAGMM (Zong et al. 2018)", 0.9297, 0.9442, 0.9369),
    published("tnakae/DAGMM", 0.932, 0.942, 0.937),
    published("danieltan07/dagmm, one run; the threshold over training and test rows", 0.9677, 0.9538, 0.9607),
    published("mperezcarrasco/PyTorch-DAGMM", 0.9561, 0.9306, 0.9432),
    // precision and recall are not stated
    { name: "DAGMM untrained (danieltan07/dagmm, issue 19)", values: { f1: 0.944 } },
    ...egbadKdd99.published.filter(({ name }) => name.startsWith("Isolation Forest")),
  ],
  contenders: (epochs) => {
    const of = (name: string, parameters: Contender["parameters"]): Contender => ({
      name,
      detector: "dagmm",
      parameters,
      isControl: parameters.epochs === 0,
    });
    const asPublished = { variant: "published", epochs: epochs ?? 200 } as const;
    const own = epochs === undefined ? {} : { epochs };
    return [
      of("DAGMM as tnakae/DAGMM", asPublished),
      of("DAGMM as the paper", { ...asPublished, source: "paper" }),
      of("DAGMM as danieltan07/dagmm, mixture of the last minibatch", {
        ...{ ...asPublished, source: "danieltan07", mixture: "last-batch" },
      }),
      of("DAGMM sound", own),
      of("DAGMM as tnakae/DAGMM, untrained", { variant: "published", epochs: 0 }),
      of("DAGMM sound, untrained", { epochs: 0 }),
      ...egbadKdd99.contenders().filter(({ name }) => /^(distance|Isolation)/.test(name)),
    ];
  },
};
