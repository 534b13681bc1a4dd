// Spectral normalisation (Miyato et al. 2018): a layer whose weight is divided by an estimate of its largest singular value.

import { GraphError, type Node } from "../graph/node.js";
import { add, div, mul, square } from "../graph/ops/arithmetic.js";
import { detach } from "../graph/ops/detach.js";
import { sqrt } from "../graph/ops/exponential.js";
import { matmul } from "../graph/ops/matmul.js";
import { sum } from "../graph/ops/reduce.js";
import { reshape, unsqueeze } from "../graph/ops/shape.js";
import type { Initialiser } from "./initialise.js";
import type { Network, Scope } from "./network.js";

/**
 * A dense or convolutional layer with W/σ for its weight W, taken as a matrix of outputs by what each of them sums (of a
 * transposed convolution: [from, to·height·width], as in TensorFlow; PyTorch takes the channels of the result). σ = uᵀWv,
 * where u is kept, v = Wᵀu and then u = Wv, both of length 1: one step of power iteration, made once when the layer is
 * bound for training, however often it is called. No gradient runs through u and v.
 */
export function spectralNorm(layer: Network): Network {
  const weight = layer.parameters.find(({ name }) => name === "weight");
  if (weight === undefined) throw new GraphError("spectralNorm: the layer has no weight");
  const [first = 1, ...rest] = weight.shape;
  const matrix = { shape: [first, rest.reduce((n, dim) => n * dim, 1)], turned: weight.shape.length === 2 };
  return {
    parameters: [
      ...layer.parameters,
      { name: "direction", shape: [matrix.shape[matrix.turned ? 1 : 0]!], start: unitNormal, running: true },
    ],
    bind: (scope) => {
      let bound: ((x: Node) => Node) | undefined;
      return (x) => {
        bound ??= layer.bind(withWeight(scope, normalised(scope, matrix)));
        return bound(x);
      };
    },
  };
}

const withWeight = (scope: Scope, weight: Node): Scope => ({
  parameter: (name) => (name === "weight" ? weight : scope.parameter(name)),
  noise: scope.noise,
  update: (name, value) => scope.update(name, value),
});

/** A weight as a matrix; `turned` where its outputs are the columns. */
interface Matrix {
  readonly shape: readonly number[];
  readonly turned: boolean;
}

function normalised(scope: Scope, { shape, turned }: Matrix): Node {
  const weight = scope.parameter("weight");
  const matrix = reshape(weight, { shape });
  const direction = scope.parameter("direction");
  const kept = unsqueeze(direction, { axes: [1] });
  const right = detach(unit(matmul(matrix, kept, { transA: !turned })));
  const image = matmul(matrix, right, { transA: turned });
  const left = scope.noise === undefined ? kept : detach(unit(image));
  if (scope.noise !== undefined) scope.update("direction", reshape(left, { shape: direction.shape }));
  return div(weight, sum(mul(left, image), {}));
}

/** At length 1; of zeros, zeros. */
const unit = (vector: Node): Node => div(vector, sqrt(add(sum(square(vector), {}), 1e-24)));

const unitNormal: Initialiser = (random, shape) => {
  const values = random.fillNormal(new Float32Array(shape.reduce((n, dim) => n * dim, 1)));
  const length = Math.sqrt(values.reduce((total, x) => total + x * x, 0));
  return values.map((x) => x / length);
};
