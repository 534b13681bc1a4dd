// CIFAR-10, of which the first of five training batches and the test batch are read: 10,000 pictures each.

import { readCifar } from "../pictures/cifar.js";
import { asAsked, joined } from "../pictures/read.js";
import { definePictureSet } from "./define.js";

export const cifar10 = definePictureSet({
  id: "cifar10",
  about:
    "Photographs of animals and vehicles, 32×32 in colour; the first of five training batches, and the test batch.",
  source: {
    files: [
      {
        file: "cifar10/data_batch_1.bin.gz",
        sha256: "6fcee3c4b6ea120cf82b263e2e9fe932e7edf7daf530e8b8ed62c178f70910c6",
        unpacked: {
          file: "cifar10/data_batch_1.bin",
          sha256: "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
        },
      },
      {
        file: "cifar10/test_batch.bin.gz",
        sha256: "769dbbdb7f3fb0f1a165fdea73dde4ffa43f7218019984b6fd41eb85430846ac",
        unpacked: {
          file: "cifar10/test_batch.bin",
          sha256: "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
        },
      },
    ],
    licence: "none stated; asks to be cited",
    cite: "A. Krizhevsky (2009). Learning Multiple Layers of Features from Tiny Images. Technical report, University of Toronto.",
    home: "https://www.cs.toronto.edu/~kriz/cifar.html (the binary version)",
  },
  facts: {
    ...{ rows: 20_000, height: 32, width: 32, channels: 3 },
    counts: {
      train: [1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981],
      test: new Array(10).fill(1000),
    },
  },
  async read([train, test], options) {
    const parts = [
      { table: await readCifar(train!), split: "train" },
      { table: await readCifar(test!), split: "test" },
    ];
    return asAsked(joined(parts), "CIFAR-10", options).table;
  },
});
