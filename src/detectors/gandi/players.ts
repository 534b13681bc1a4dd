// The players and the schedule of Karavani 2017 for rows of any width: generator 3 from one uniform number, discriminator 1 with
// minibatch discrimination, Adam 1e-3, minibatches of 12. A row that is scored alone is compared with normal rows in place of
// a minibatch, which weigh together as much as the 11 others of one.

import type { Node } from "../../graph/node.js";
import { constant } from "../../graph/op.js";
import { add, mul, sub } from "../../graph/ops/arithmetic.js";
import { concat } from "../../graph/ops/cut.js";
import { sigmoid } from "../../graph/ops/exponential.js";
import { squeeze } from "../../graph/ops/shape.js";
import { zeros } from "../../nn/initialise.js";
import { dense, mlp, softplus, tanh } from "../../nn/layers.js";
import { minibatchDiscrimination } from "../../nn/minibatch-discrimination.js";
import { network, sequential } from "../../nn/network.js";
import { adam } from "../../nn/optimisers.js";
import { tensor } from "../../tensor/tensor.js";
import type { LearningSite, RowShape } from "../define.js";
import type { GanNetworks } from "../gan/game.js";
import type { Judgement, Players } from "../gan/networks.js";
import type { Stage } from "../trained.js";

const BATCH = 12;
/** Noise is uniform in -8 to 8. */
const NOISE = 8;
/** Normal rows that a row is compared with when it is scored. */
const REFERENCES = 256;

const joined = (row: Node, context: Node | undefined): Node =>
  context === undefined ? row : concat([row, context], 1);

/** Φ(z), which is uniform where z is normal, within 2e-4 (Page 1977). @public a test looks at it */
export const shareBelow = (z: Node): Node => sigmoid(mul(z, add(mul(mul(z, z), 0.07056), 1.5976)));

const generator = (code: number, { features, condition }: RowShape): Players["generator"] =>
  network(
    { layers: mlp([code + condition, 25, 25, 20, 10, features], softplus) },
    (part, z: Node, context?: Node): Node => part.layers(joined(mul(sub(shareBelow(z), 0.5), 2 * NOISE), context)),
  );

function discriminator({ width }: RowShape): Players["discriminator"] {
  const judge = network(
    {
      hidden: sequential(dense(width, 5), tanh),
      around: minibatchDiscrimination({ from: 5, kernels: 5, dims: 3 }),
      last: dense(10, 1),
    },
    (part, x: Node, others?: Node, weights?: Node): Judgement => {
      const features = part.around(part.hidden(x), others && part.hidden(others), weights);
      return { features, logit: squeeze(part.last(features), { axes: [1] }) };
    },
  );
  const weights = new Float32Array(REFERENCES).fill((BATCH - 1) / REFERENCES);
  return {
    parameters: [...judge.parameters, { name: "references", shape: [REFERENCES, width], start: zeros, running: true }],
    bind(scope) {
      const judged = judge.bind(scope);
      return (row, context) => {
        const x = joined(row, context);
        if (scope.noise !== undefined) return judged(x);
        return judged(x, scope.parameter("references"), constant(tensor("f32", [REFERENCES], weights), "weights"));
      };
    },
  };
}

/** Values of REFERENCES training rows, drawn once; rows come again where there are fewer. */
function references({ rows: { values, count }, width, random }: LearningSite): Float32Array {
  const drawn = random.at("references").sample(count, REFERENCES);
  const picked = new Float32Array(REFERENCES * width);
  for (let i = 0; i < REFERENCES; i++) {
    const row = drawn[i % drawn.length]!;
    picked.set(values.subarray(row * width, (row + 1) * width), i * width);
  }
  return picked;
}

/** The game with these players in place of its own. */
export function withPlayersOf2017<Game extends { readonly networks: GanNetworks } & Stage<GanNetworks>>(
  game: Game,
  code: number,
  shape: RowShape,
): Game {
  return {
    ...game,
    networks: {
      generator: generator(code, shape),
      discriminator: discriminator(shape),
      starts: game.networks.starts,
    },
    optimiser: adam({ rate: 1e-3 }),
    batch: BATCH,
    prepare: (_, site: LearningSite) => Promise.resolve({ "discriminator.references": references(site) }),
  };
}
