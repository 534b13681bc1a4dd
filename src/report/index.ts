// Reports: from plain data to figures and one HTML page.
export { type Figure, figuresOf } from "./figures/index.js";
export { page } from "./page.js";
export { toPng, toSvg } from "./render.js";
export type {
  Cell,
  DetectorFacts,
  DetectReport,
  LossRecord,
  MetricLine,
  Point,
  Reason,
  Scores,
  StrangeRow,
} from "./report.js";
export { type Write, type Written, writeReport } from "./write.js";
