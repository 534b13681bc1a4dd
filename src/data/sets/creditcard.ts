// Credit card payments, some of them frauds: a subsample with all frauds of the full set.

import { defineDataset } from "./define.js";

export const creditcard = defineDataset({
  id: "creditcard",
  about:
    "Card payments, 28 principal components with time and amount; all 492 frauds and a thirtieth of the others. Published protocols drop column Time.",
  source: {
    files: [
      {
        file: "creditcard/creditcard_10k.csv.gz",
        sha256: "68b36a0b100c817f68366d308ce0a5a08c7f3a86909948ac451571c07f169c59",
        unpacked: {
          file: "creditcard/creditcard_10k.csv",
          sha256: "af0efe1844593fe04d29b338640017603d78eaac6708e04f81dc57b763bcce1f",
        },
      },
    ],
    licence: "ODbL 1.0, contents DbCL 1.0",
    cite: "A. Dal Pozzolo, O. Caelen, R. Johnson, G. Bontempi (2015). Calibrating Probability with Undersampling for Unbalanced Classification. IEEE SSCI.",
    home: "https://github.com/mmmlc/mlTeachings (data/creditcard_10k.csv; the full set: https://www.kaggle.com/datasets/mlg-ulb/creditcardfraud)",
  },
  facts: { rows: 10_000, columns: 30, anomalies: 492 },
  label: { column: "Class" },
});
