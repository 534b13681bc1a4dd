// Published figures for pictures of several classes, in the order of the classes. Areas under precision and recall belong
// to the prevalence of their test sets: about 0.36 where all pictures of the anomalous class were tested beside 20 % of
// the others (EGBAD's code, GANomaly, the survey's second version as its levels suggest), about 0.1 in others.

import type { PublishedRow } from "./define.js";

/** One figure for each class. */
function row(name: string, measure: string, figures: readonly number[], classes: readonly string[]): PublishedRow {
  return {
    name,
    values: {},
    tasks: Object.fromEntries(
      figures.flatMap((value, i) => (Number.isNaN(value) ? [] : [[classes[i]!, { [measure]: value }]])),
    ),
  };
}

/** Di Mattia et al. 2019, arXiv 1906.11632, read off their figures (± 0.002); GANomaly's paper, arXiv 1805.06725. */
export const mnistOut = (classes: readonly string[]): PublishedRow[] => [
  row(
    "BiGAN, survey, main figure",
    "auprc",
    [0.836, 0.873, 0.879, 0.788, 0.747, 0.789, 0.843, 0.828, 0.779, 0.554],
    classes,
  ),
  row(
    "BiGAN BCE+residual, survey version 2",
    "auprc",
    [0.874, 0.449, 0.884, 0.739, 0.747, 0.737, 0.785, 0.677, 0.773, 0.583],
    classes,
  ),
  row(
    "GANomaly, survey, main figure",
    "auprc",
    [0.667, 0.248, 0.733, 0.569, 0.569, 0.603, 0.669, 0.402, 0.703, 0.398],
    classes,
  ),
  // digit 1 is not in the figure
  row(
    "BiGAN BCE+residual, survey version 1 (lower prevalence)",
    "ap at 10 %",
    [0.589, Number.NaN, 0.673, 0.328, 0.55, 0.374, 0.344, 0.159, 0.41, 0.204],
    classes,
  ),
  row("GANomaly, own paper", "auroc", [0.89, 0.65, 0.93, 0.8, 0.82, 0.85, 0.84, 0.69, 0.87, 0.55], classes),
];

export const fashionOut = (classes: readonly string[]): PublishedRow[] => [
  row(
    "BiGAN, survey, main figure",
    "auprc",
    [0.683, 0.918, 0.686, 0.713, 0.594, 0.708, 0.595, 0.849, 0.886, 0.875],
    classes,
  ),
  row(
    "BiGAN BCE+residual, survey version 2",
    "auprc",
    [0.689, 0.593, 0.7, 0.718, 0.679, 0.667, 0.625, 0.58, 0.898, 0.779],
    classes,
  ),
  row(
    "GANomaly, survey, main figure",
    "auprc",
    [0.41, 0.79, 0.386, 0.485, 0.425, 0.838, 0.404, 0.528, 0.868, 0.637],
    classes,
  ),
  row(
    "BiGAN BCE+residual, survey version 1 (lower prevalence)",
    "ap at 10 %",
    [0.33, 0.395, 0.327, 0.408, 0.315, 0.283, 0.232, 0.239, 0.701, 0.54],
    classes,
  ),
];

/** GANomaly on CIFAR-10: its paper's table (AUROC), and the survey's first version (feature matching, AUPRC). */
export const cifarOut = (classes: readonly string[]): PublishedRow[] => [
  row("GANomaly, own paper", "auroc", [0.633, 0.631, 0.51, 0.587, 0.593, 0.628, 0.683, 0.605, 0.616, 0.617], classes),
  row(
    "GANomaly FM, survey version 1",
    "auprc",
    [0.42, 0.499, 0.3, 0.413, 0.269, 0.405, 0.296, 0.389, 0.395, 0.514],
    classes,
  ),
];

/** Ruff et al. 2018, Deep One-Class Classification, table 1. */
export const mnistIn = (classes: readonly string[]): PublishedRow[] => [
  row(
    "AnoGAN (in Deep SVDD's table)",
    "auroc",
    [0.966, 0.992, 0.85, 0.887, 0.894, 0.883, 0.947, 0.935, 0.849, 0.924],
    classes,
  ),
  row("Deep SVDD", "auroc", [0.98, 0.997, 0.917, 0.919, 0.949, 0.885, 0.983, 0.946, 0.939, 0.965], classes),
];
