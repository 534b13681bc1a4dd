// The list of ops: what every suite loops over.

import type { AnyOp } from "../op.js";
import { add, div, maximum, minimum, mul, neg, sub } from "./arithmetic.js";
import { cast } from "./cast.js";
import { and, equal, greater, greaterEqual, isMissing, less, lessEqual, not, or } from "./comparison.js";
import { conv, convFilter, convTranspose } from "./conv.js";
import { concatOp, pad, slice } from "./cut.js";
import { detach } from "./detach.js";
import { cos, exp, log, pow, reciprocal, sigmoid, sin, softplus, sqrt, tanh } from "./exponential.js";
import { gather, gatherLast, scatterAdd, scatterLast, topPlaces } from "./gather.js";
import { affine, matmul } from "./matmul.js";
import { oneHot, treeSum } from "./ml.js";
import { abs, ceil, floor, gate, leakyRelu, relu, sign } from "./piecewise.js";
import { averagePool, averageUnpool, maxPool, maxPoolPlaces, upsampleNearest } from "./pool.js";
import { max, mean, min, sum } from "./reduce.js";
import { expandLike, reshape, squeeze, transpose, unsqueeze } from "./shape.js";
import { where } from "./where.js";

const list = [
  ...[add, sub, mul, div, neg, maximum, minimum],
  ...[exp, log, sqrt, reciprocal, pow, tanh, sigmoid, softplus, sin, cos],
  ...[abs, relu, leakyRelu, gate, sign, floor, ceil],
  ...[equal, greater, greaterEqual, less, lessEqual, and, or, not, isMissing, where, cast],
  ...[sum, mean, max, min],
  ...[matmul, affine],
  ...[conv, convTranspose, convFilter],
  ...[averagePool, averageUnpool, maxPool, maxPoolPlaces, upsampleNearest],
  ...[reshape, transpose, squeeze, unsqueeze, expandLike],
  ...[slice, pad, concatOp],
  ...[gather, scatterAdd, gatherLast, scatterLast, topPlaces],
  ...[oneHot, treeSum],
  ...[detach],
];

export const ops = list as readonly unknown[] as readonly AnyOp[];
