// ALAD and GANomaly on KDD Cup 99, 10 percent (Zenati et al. 2018, tables 2 and 4; Di Mattia et al. 2019, table of KDD),
// with the protocol of EGBAD's code, which all of them share.

import type { Contender, Experiment } from "./define.js";
import { egbadKdd99 } from "./egbad-kdd99.js";

const ours = (name: string, detector: string, parameters: Contender["parameters"]): Contender => ({
  name,
  detector,
  parameters,
  isControl: false,
});

export const aladKdd99: Experiment = {
  ...egbadKdd99,
  id: "alad-kdd99",
  about: "ALAD and GANomaly on KDD Cup 99, 10 percent, against their published tables",
  published: [
    {
      name: "ALAD (Zenati et al. 2018)",
      values: { precision: 0.9427, recall: 0.9577, f1: 0.9501 },
      deviation: { precision: 0.0018, recall: 0.0018, f1: 0.0018 },
    },
    { name: "ALAD, score by L1", values: { precision: 0.9113, recall: 0.9258, f1: 0.9185 } },
    {
      name: "GANomaly (survey, Di Mattia et al. 2019)",
      values: { precision: 0.830256, recall: 0.841112, f1: 0.835648 },
    },
    ...egbadKdd99.published.filter(({ name }) => name.startsWith("Isolation Forest")),
  ],
  contenders: (epochs) => {
    const trained = [
      ours("ALAD as published", "alad", { variant: "published", epochs: epochs ?? 50 }),
      ours("ALAD sound", "alad", epochs === undefined ? {} : { epochs }),
      ours("GANomaly, published losses", "ganomaly", {
        variant: "published",
        ...(epochs === undefined ? {} : { epochs }),
      }),
      ours("GANomaly sound", "ganomaly", epochs === undefined ? {} : { epochs }),
    ];
    const untrained = trained.map(({ name, ...rest }) => ({
      ...rest,
      name: `${name}, untrained`,
      parameters: { ...rest.parameters, epochs: 0 },
      isControl: true,
    }));
    return [
      ...trained,
      ...untrained,
      ...egbadKdd99.contenders().filter(({ name }) => /^(distance|Isolation|nearest)/.test(name)),
    ];
  },
};
