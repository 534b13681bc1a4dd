// MNIST and Fashion-MNIST: 28×28 grey pictures of ten classes, in four IDX files each.

import { readIdx } from "../pictures/idx.js";
import type { PictureOptions } from "../pictures/options.js";
import { asAsked, joined } from "../pictures/read.js";
import type { Table } from "../table.js";
import { definePictureSet } from "./define.js";

/** Files in the order of `source.files`: pictures and labels for training, the same for the test. */
const reader =
  (names?: readonly string[]) =>
  async (paths: readonly string[], options: PictureOptions): Promise<Table> => {
    const [train, trainLabels, test, testLabels] = paths as [string, string, string, string];
    const parts = [
      { table: await readIdx({ images: train, labels: trainLabels }, names), split: "train" },
      { table: await readIdx({ images: test, labels: testLabels }, names), split: "test" },
    ];
    return asAsked(joined(parts), "IDX", options).table;
  };

const PARTS = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];

const files = (folder: string, address: string, sums: readonly string[]) =>
  PARTS.map((part, i) => ({
    file: `${folder}/${part}-ubyte.gz`,
    sha256: sums[i]!,
    url: `${address}/${part}-ubyte.gz`,
  }));

export const mnist = definePictureSet({
  id: "mnist",
  about: "Handwritten digits, 28×28.",
  source: {
    files: files("mnist", "https://ossci-datasets.s3.amazonaws.com/mnist", [
      "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
      "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
      "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
      "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ]),
    licence: "CC BY-SA 3.0",
    cite: "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner (1998). Gradient-based learning applied to document recognition. Proceedings of the IEEE 86(11).",
    home: "http://yann.lecun.com/exdb/mnist",
  },
  facts: {
    ...{ rows: 70_000, height: 28, width: 28, channels: 1 },
    counts: {
      train: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
      test: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
    },
  },
  read: reader(),
});

const CLOTHES = [
  ...["t-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"],
];

export const fashionMnist = definePictureSet({
  id: "fashion-mnist",
  about: "Articles of clothing from a shop's pictures, 28×28; a harder MNIST.",
  source: {
    files: files("fashion-mnist", "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com", [
      "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
      "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
      "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
      "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    ]),
    licence: "MIT",
    cite: "H. Xiao, K. Rasul, R. Vollgraf (2017). Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms. arXiv 1708.07747.",
    home: "https://github.com/zalandoresearch/fashion-mnist",
  },
  facts: {
    ...{ rows: 70_000, height: 28, width: 28, channels: 1 },
    counts: { train: new Array(10).fill(6000), test: new Array(10).fill(1000) },
  },
  read: reader(CLOTHES),
});
