// Autoencoder: rows squeezed through a narrow code and rebuilt; strange rows are rebuilt badly (Hawkins et al. 2002,
// "Outlier detection using replicator neural networks"; the score is the mean squared error of the row). Training is
// short by default: where anomalies are among the training rows, a network trained to the end rebuilds them too.

import { scalings } from "../encode/encoding.js";
import { add, mul } from "../graph/ops/arithmetic.js";
import { mlp, tanh } from "../nn/layers.js";
import { distanceSquared, meanSquare } from "../nn/losses.js";
import { adam } from "../nn/optimisers.js";
import { cosine } from "../nn/schedules.js";
import { defineDetector } from "./define.js";
import { choice, int, real } from "./parameters.js";
import { epochs, learnByTraining } from "./trained.js";

export const autoencoder = defineDetector({
  id: "autoencoder",
  about: "Squeezes rows through a narrow code and rebuilds them; strange rows are rebuilt badly.",
  paper: "Hawkins, He, Williams, Baxter 2002, Outlier Detection Using Replicator Neural Networks, DaWaK",
  parameters: {
    code: int({ min: 0, fallback: 0, doc: "length of the code; 0: about a quarter of the features, at least 1" }),
    hidden: int({ min: 0, fallback: 0, doc: "width of the hidden layers; 0: twice the features, 16 to 256" }),
    epochs: int({ min: 0, fallback: 10, doc: "passes over the training rows; 0 scores with untrained networks" }),
    fewestSteps: int({ min: 0, fallback: 500, doc: "steps at least, however few the rows" }),
    batch: int({ fallback: 128, doc: "rows in a minibatch" }),
    rate: real({ fallback: 5e-4, doc: "Adam step size, falling along half a cosine" }),
    noise: real({
      max: 10,
      fallback: 0.1,
      doc: "deviation of normal noise on the inputs while training (scaled units)",
    }),
    scaling: choice(scalings, { fallback: "standard", doc: "scaling of numbers" }),
  },
  encoding: ({ scaling }) => ({ scaling }),
  learn(p, site) {
    const code = p.code > 0 ? p.code : Math.max(1, Math.round(site.width / 4));
    const hidden = p.hidden > 0 ? p.hidden : Math.min(256, Math.max(16, 2 * site.width));
    return learnByTraining(
      {
        networks: { encoder: mlp([site.width, hidden, code], tanh), decoder: mlp([code, hidden, site.width], tanh) },
        turns: [
          {
            moves: ["encoder", "decoder"],
            losses: (n, x, noise) => {
              const seen = p.noise > 0 ? add(x, mul(noise.normal(x.shape as readonly number[]), p.noise)) : x;
              return { reconstruction: meanSquare(n.decoder(n.encoder(seen)), x) };
            },
          },
        ],
        optimiser: adam({ rate: p.rate, schedule: cosine() }),
        batch: p.batch,
        steps: (rows, batch) => (p.epochs === 0 ? 0 : Math.max(p.fewestSteps, epochs(p.epochs)(rows, batch))),
        score: (n, x) => mul(distanceSquared(x, n.decoder(n.encoder(x))), 1 / site.width),
      },
      site,
    );
  },
});
