// Oddity: the public interface, as a table of contents.

// --- Tables: columns of numbers, dates and categories ---

export { classNamed } from "./data/labels.js";
export { type Labelled, readTable } from "./data/read-table.js";
export { datasetOf, datasets, pictureSets, tableSets } from "./data/sets/index.js";
export { type Loaded, loadDataset } from "./data/sets/load.js";
export { openSource, type Source, type Want } from "./data/source.js";
export { normalsOnly, stratified } from "./data/split.js";
export type { CategoryColumn, Column, DateColumn, NumberColumn, Pictures, Table } from "./data/table.js";
export { pick, tableOf } from "./data/table.js";

// --- Pictures: a table whose rows are pictures of one size ---

export { type MaskOptions, readMasks } from "./data/pictures/masks.js";
export type { PictureOptions, PicturesRead } from "./data/pictures/options.js";
export { pngOf, type RawPicture, writePng } from "./data/pictures/png.js";
export { readPictures } from "./data/pictures/read.js";
export { flipped, resizePictures } from "./data/pictures/transform.js";
export { type LoadedPictures, loadPictures } from "./data/sets/load-pictures.js";

// --- Series: rows that are moments, seen through windows ---

export { type PointOptions, pointScores } from "./data/series/points.js";
export type { WindowOptions } from "./data/series/window.js";
export { type Windows, windowsOf } from "./data/series/windows.js";
export { seriesSets } from "./data/sets/index.js";
export { loadSeries } from "./data/sets/load-series.js";
export type { LabelledSeries, SeriesSet } from "./data/sets/series.js";

// --- Detectors: parameters in, a fitted model out ---

export { auto } from "./detectors/auto.js";
export { combine } from "./detectors/combine.js";
export type { Detector, DetectorMaker, Extras, Target } from "./detectors/define.js";
export type { FitOptions } from "./detectors/fit.js";
export * from "./detectors/index.js";
export { detectorById, detectors } from "./detectors/list.js";
export { factsOf, type ParameterFact } from "./detectors/parameters.js";
export { AbortedError } from "./detectors/trained.js";
export type { Progress } from "./train/loop.js";

// --- Models: what scores rows, and is one ONNX file ---

export type { Header } from "./detectors/header.js";
export { load } from "./detectors/load.js";
export type { Model, OpenOptions, Scored } from "./detectors/model.js";
export { type Cell, type Reason, reasonsOf } from "./explain/reasons.js";

// --- Rules: from scores to labels ---

export { benjaminiHochberg, contamination, falseAlarms, quantile, type Rule, rules } from "./decide/rules.js";

// --- Metrics: how well scores agree with known labels ---

export * from "./metrics/index.js";

// --- Used everywhere ---

export { version } from "./host/version.js";
export { type Fault, OddityError } from "./tensor/errors.js";
export { Random } from "./tensor/random.js";
