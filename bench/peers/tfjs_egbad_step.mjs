// Times one EGBAD training step (KDD networks) in TensorFlow.js with its WebAssembly backend and SIMD;
// prints one JSON line. The step is that of torch_egbad_step.py; see README.md for how to install and run.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    batch: { type: "string", default: "50" },
    steps: { type: "string", default: "200" },
  },
});
const [batch, steps] = [values.batch, values.steps].map(Number);

// The packages live in tfjs/node_modules, apart from the project's own.
const require = createRequire(new URL("./tfjs/package.json", import.meta.url));
const tf = require("@tensorflow/tfjs"); // the core package alone registers no gradients
const { setWasmPaths } = require("@tensorflow/tfjs-backend-wasm");
setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
// One thread: the threaded build starts its workers from blob: addresses, which Node's Worker refuses.
tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
if (!(await tf.setBackend("wasm"))) throw new Error("the wasm backend did not start");

const [COLUMNS, LATENT, ROWS, CHUNKS, EMA] = [121, 32, 20_000, 10, 0.9999];
const RATE = 1e-5;

/** A dense layer's weights [inputs, outputs], Glorot uniform, and zero bias, as variables. */
function dense(inputs, outputs) {
  const limit = Math.sqrt(6 / (inputs + outputs));
  return [tf.variable(tf.randomUniform([inputs, outputs], -limit, limit)), tf.variable(tf.zeros([outputs]))];
}

const linear = (x, [w, b]) => tf.add(tf.matMul(x, w), b);
const leaky = (x) => tf.leakyRelu(x, 0.1);
const dropout = (x) => tf.dropout(x, 0.2);

const E = [dense(COLUMNS, 64), dense(64, LATENT)];
const G = [dense(LATENT, 64), dense(64, 128), dense(128, COLUMNS)];
const D = { x: dense(COLUMNS, 128), z: dense(LATENT, 128), joint: dense(256, 128), out: dense(128, 1) };

const encode = (x) => linear(leaky(linear(x, E[0])), E[1]);
const generate = (z) => linear(tf.relu(linear(tf.relu(linear(z, G[0])), G[1])), G[2]);
function discriminate(x, z) {
  const both = tf.concat([dropout(leaky(linear(x, D.x))), dropout(leaky(linear(z, D.z)))], 1);
  return linear(dropout(leaky(linear(both, D.joint))), D.out);
}

/** Cross entropy of logits with one constant target, averaged over the batch: softplus of -logit or of +logit. */
const bce = (logits, target) => tf.mean(tf.softplus(target === 1 ? tf.neg(logits) : logits));

/** Logits of the real pairs (x, E(x)) and the generated pairs (G(z), z), from one pass over both halves. */
function pairLogits(x) {
  const z = tf.randomNormal([x.shape[0], LATENT]);
  return tf.split(discriminate(tf.concat([x, generate(z)]), tf.concat([encode(x), z])), 2);
}
const lossD = (x) => {
  const [real, fake] = pairLogits(x);
  return tf.add(bce(real, 1), bce(fake, 0));
};
const lossGE = (x) => {
  const [real, fake] = pairLogits(x);
  return tf.add(bce(fake, 1), bce(real, 0));
};

const paramsD = Object.values(D).flat();
const paramsGE = [...E, ...G].flat();
const params = [...paramsD, ...paramsGE];
const shadow = params.map((p) => tf.variable(p.clone()));
const adamD = tf.train.adam(RATE, 0.5, 0.999);
const adamGE = tf.train.adam(RATE, 0.5, 0.999);

function step(xD, xGE) {
  tf.tidy(() => {
    adamD.minimize(() => lossD(xD), false, paramsD);
    adamGE.minimize(() => lossGE(xGE), false, paramsGE);
    shadow.forEach((s, i) => {
      s.assign(tf.add(s, tf.mul(tf.sub(params[i], s), 1 - EMA)));
    });
  });
}

const data = tf.randomUniform([ROWS, COLUMNS]);
/** Milliseconds a step over `count` steps, each on its own fresh batches. */
function run(count) {
  const started = performance.now();
  for (let i = 0; i < count; i++) {
    const [a, b] = [0, 1].map(() => {
      const rows = Int32Array.from({ length: batch }, () => Math.floor(Math.random() * ROWS));
      return tf.tidy(() => tf.gather(data, tf.tensor1d(rows, "int32")));
    });
    step(a, b);
    tf.dispose([a, b]);
  }
  shadow[0].dataSync(); // wait for the last step
  return (performance.now() - started) / count;
}

run(Math.max(5, Math.floor(steps / 10)));
const perChunk = Math.max(1, Math.floor(steps / CHUNKS));
const times = Array.from({ length: CHUNKS }, () => run(perChunk)).sort((a, b) => a - b);
if (!params.every((p) => p.dataSync().every(Number.isFinite))) throw new Error("a parameter is no longer finite");
const simd = tf.env().get("WASM_HAS_SIMD_SUPPORT");
console.log(
  JSON.stringify({
    peer: `tfjs ${tf.version["tfjs-core"]} wasm${simd ? " simd" : ""}`,
    work: "egbad step, 121 columns",
    batch,
    threads: 1,
    ms_per_step: Number(((times[4] + times[5]) / 2).toFixed(2)),
    ms_best_chunk: Number(times[0].toFixed(2)),
    steps: perChunk * CHUNKS,
  }),
);
