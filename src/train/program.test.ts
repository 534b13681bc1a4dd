// Training graphs against loops of plain numbers: descent by the interpreter and by ONNX Runtime, who is moved by which
// turn, averages, streams and noise.

import { describe, expect, test } from "vitest";
import { interpret } from "../graph/interpret.js";
import { type Graph, GraphError, type Node } from "../graph/node.js";
import { writeOnnx } from "../graph/onnx/write.js";
import { add, mul, square } from "../graph/ops/arithmetic.js";
import { slice } from "../graph/ops/cut.js";
import { mean, sum } from "../graph/ops/reduce.js";
import { verify } from "../graph/verify.js";
import { zeros } from "../nn/initialise.js";
import { dense, dropout } from "../nn/layers.js";
import { meanSquare } from "../nn/losses.js";
import { type Network, sequential } from "../nn/network.js";
import { adam, sgd, stepScalars } from "../nn/optimisers.js";
import { cosine } from "../nn/schedules.js";
import { nodeRuntime } from "../runtime/node.js";
import type { Feeds } from "../runtime/runtime.js";
import { webRuntime } from "../runtime/web.js";
import { Random } from "../tensor/random.js";
import { tensorOf, toNumbers } from "../tensor/tensor.js";
import { type Game, trainingProgram } from "./program.js";

type Run = (graph: Graph, feeds: Feeds) => Promise<Record<string, number[]>>;

const runs: [string, Run][] = [
  [
    "the interpreter",
    async ({ inputs, outputs }, feeds) => {
      const given = new Map(inputs.map((node) => [node, feeds[String(node.from.attributes.name)]!]));
      const values = interpret(
        outputs.map(({ node }) => node),
        given,
      );
      return Object.fromEntries(outputs.map(({ name }, i) => [name, toNumbers(values[i]!)]));
    },
  ],
  ...[nodeRuntime, webRuntime].map((runtime): [string, Run] => [
    `onnxruntime (${runtime.name})`,
    async (graph, feeds) => {
      const session = await runtime.open(writeOnnx(graph));
      const got = await session.run(feeds);
      await session.close();
      return Object.fromEntries(Object.entries(got).map(([name, value]) => [name, toNumbers(value)]));
    },
  ]),
];
const close = (got: readonly number[] | undefined, expected: readonly number[]): void => {
  expect(got).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(got![i]).toBeCloseTo(value, 4);
  });
};
const vector = (...values: number[]) => tensorOf("f32", [values.length], values);

/** A network that is one number, whatever it is given. */
const number: Network<readonly []> = {
  parameters: [{ name: "value", shape: [], start: zeros }],
  bind: (scope) => () => scope.parameter("value"),
};

describe.each(runs)("by %s", (_, run) => {
  test("a linear regression is gradient descent", async () => {
    const [steps, batch] = [6, 4];
    const optimiser = sgd({ rate: 0.1, momentum: 0.5, schedule: cosine() });
    const game: Game = {
      networks: { line: dense(2, 1) },
      optimiser,
      average: 0.75,
      turns: [
        {
          moves: ["line"],
          losses: ({ line }, x) => ({
            square: meanSquare(
              (line as (x: Node) => Node)(slice(x, { axis: 1, start: 0, end: 2 })),
              slice(x, { axis: 1, start: 2, end: 3 }),
            ),
          }),
        },
      ],
    };
    const { graph, plan } = trainingProgram(game, { batch, width: 3 });
    verify(graph);
    expect(plan.state).toEqual(["line", "line.slot0", "line.average"].map((name) => ({ name, size: 3 })));

    const data = Array.from(new Random(2).fillNormal(new Float32Array(steps * batch * 3)));
    const rates = Array.from({ length: steps }, (__, k) => stepScalars(optimiser, k, steps)[0]!);
    const got = await run(graph, {
      "state.line": vector(0.5, -0.5, 0.1),
      "state.line.slot0": vector(0, 0, 0),
      "state.line.average": vector(0.5, -0.5, 0.1),
      "batch.rows": tensorOf("f32", [steps, batch, 3], data),
      scalars: tensorOf("f32", [steps, 1], rates),
    });

    const p = [0.5, -0.5, 0.1];
    const [velocity, average] = [[0, 0, 0], [...p]];
    const [losses, norms]: number[][] = [[], []];
    for (let k = 0; k < steps; k++) {
      let loss = 0;
      const slope = [0, 0, 0];
      for (let i = 0; i < batch; i++) {
        const [a, b, y] = data.slice((k * batch + i) * 3, (k * batch + i) * 3 + 3) as [number, number, number];
        const off = p[0]! * a + p[1]! * b + p[2]! - y;
        loss += off ** 2 / batch;
        [a, b, 1].forEach((x, j) => {
          slope[j]! += (2 * off * x) / batch;
        });
      }
      losses!.push(loss);
      norms!.push(slope.reduce((total, s) => total + s * s, 0));
      slope.forEach((s, j) => {
        velocity[j] = 0.5 * velocity[j]! + s;
        p[j]! -= 0.1 * ((1 + Math.cos((Math.PI * k) / steps)) / 2) * velocity[j]!;
        average[j] = 0.75 * average[j]! + 0.25 * p[j]!;
      });
    }
    close(got["next.line"], p);
    close(got["next.line.slot0"], velocity);
    close(got["next.line.average"], average);
    close(got["loss.square"], losses!);
    close(got["norm.line"], norms!);
  });

  test("each turn moves its networks alone, and sees what the turns before it moved as numbers", async () => {
    const game: Game = {
      networks: { a: number, b: number, still: number },
      optimiser: sgd({ rate: 0.1 }),
      turns: [
        { moves: ["a"], losses: (n) => ({ first: mul(product(n), (n.still as () => Node)()) }) },
        { moves: ["b"], losses: (n) => ({ second: mul(product(n), (n.a as () => Node)()), third: product(n) }) },
      ],
    };
    const { graph, plan } = trainingProgram(game, { batch: 1, width: 1 });
    verify(graph);
    expect(plan.losses).toEqual([
      { name: "first", moves: ["a"] },
      { name: "second", moves: ["b"] },
      { name: "third", moves: ["b"] },
    ]);
    expect(plan.norms).toEqual(["a", "b"]);
    const state = { a: 2, b: 3, still: 5 };
    const got = await run(graph, {
      ...Object.fromEntries(Object.entries(state).map(([name, v]) => [`state.${name}`, vector(v)])),
      ...Object.fromEntries(["a", "b"].map((name) => [`state.${name}.slot0`, vector(0)])),
      "batch.rows": tensorOf("f32", [2, 1, 1], [0, 0]),
      scalars: tensorOf("f32", [2, 1], [0.1, 0.1]),
    });
    let [a, b] = [2, 3];
    const expected: Record<string, number[]> = { first: [], second: [], third: [], a: [], b: [] };
    for (let k = 0; k < 2; k++) {
      expected.first!.push(a * b * 5);
      expected.a!.push((5 * b) ** 2);
      a -= 0.1 * 5 * b;
      expected.second!.push(a * a * b);
      expected.third!.push(a * b);
      expected.b!.push((a * a + a) ** 2);
      b -= 0.1 * (a * a + a); // not through a, which b had moved
    }
    close(got["next.a"], [a]);
    close(got["next.b"], [b]);
    expect(got).not.toHaveProperty("next.still"); // nobody moves it, so it is not carried from step to step
    for (const name of ["first", "second", "third"]) close(got[`loss.${name}`], expected[name]!);
    for (const name of ["a", "b"]) close(got[`norm.${name}`], expected[name]!);
  });

  test("simultaneous turns see what was there before the step", async () => {
    const game: Game = {
      networks: { a: number, b: number },
      simultaneous: true,
      optimiser: sgd({ rate: 0.1 }),
      turns: [
        { moves: ["a"], losses: (n) => ({ first: mul(product(n), 5) }) },
        { moves: ["b"], losses: (n) => ({ second: mul(product(n), (n.a as () => Node)()) }) },
      ],
    };
    const { graph } = trainingProgram(game, { batch: 1, width: 1 });
    verify(graph);
    const got = await run(graph, {
      ...Object.fromEntries(Object.entries({ a: 2, b: 3 }).map(([name, v]) => [`state.${name}`, vector(v)])),
      ...Object.fromEntries(["a", "b"].map((name) => [`state.${name}.slot0`, vector(0)])),
      "batch.rows": tensorOf("f32", [2, 1, 1], [0, 0]),
      scalars: tensorOf("f32", [2, 1], [0.1, 0.1]),
    });
    let [a, b] = [2, 3];
    const second: number[] = [];
    for (let k = 0; k < 2; k++) {
      second.push(a * a * b);
      [a, b] = [a - 0.1 * 5 * b, b - 0.1 * a * a];
    }
    close(got["next.a"], [a]);
    close(got["next.b"], [b]);
    close(got["loss.second"], second);
    const twice: Game = { ...game, turns: [...game.turns, { moves: ["a"], losses: (n) => ({ third: product(n) }) }] };
    expect(() => trainingProgram(twice, { batch: 1, width: 1 })).toThrow('move the network "a" 2 times');
  });

  test("two networks that one turn moves have each its own gradient", async () => {
    const game: Game = {
      networks: { a: number, b: number },
      optimiser: adam({ rate: 0.5 }),
      turns: [{ moves: ["b", "a"], losses: (n) => ({ both: add(product(n), (n.a as () => Node)()) }) }],
    };
    const { graph } = trainingProgram(game, { batch: 1, width: 1 });
    const slots = ["a.slot0", "a.slot1", "b.slot0", "b.slot1"].map((name) => [`state.${name}`, vector(0)]);
    const got = await run(graph, {
      ...Object.fromEntries(slots),
      "state.a": vector(2),
      "state.b": vector(-3),
      "batch.rows": tensorOf("f32", [1, 1, 1], [0]),
      scalars: tensorOf("f32", [1, 2], stepScalars(game.optimiser, 0, 1)),
    });
    // slopes are b + 1 = -2 and a = 2; the first step of Adam is the rate
    close(got["next.a"], [2.5]);
    close(got["next.b"], [-3.5]);
    close(got["next.a.slot0"], [-2]);
    close(got["next.b.slot1"], [4]);
    close(got["norm.a"], [4]);
  });

  test("a turn taken twice in a step sees two minibatches, and each move has its own number of the optimiser", async () => {
    const game: Game = {
      networks: { a: number },
      optimiser: sgd({ rate: 1 }),
      turns: [
        { moves: ["a"], times: 2, losses: (n, x) => ({ pull: mul((n.a as () => Node)(), sum(x, {})) }) },
        { moves: ["a"], optimiser: sgd({ rate: 5 }), stream: "late", losses: (n) => ({ last: (n.a as () => Node)() }) },
      ],
    };
    const { graph, plan } = trainingProgram(game, { batch: 1, width: 1 });
    verify(graph);
    expect(plan.streams).toEqual(["rows", "rows.1", "late"]);
    expect(plan.moves).toMatchObject([
      { optimiser: { rate: 1 }, nth: 0, of: 3 },
      { optimiser: { rate: 1 }, nth: 1, of: 3 },
      { optimiser: { rate: 5 }, nth: 2, of: 3 },
    ]);
    const got = await run(graph, {
      "state.a": vector(0),
      "state.a.slot0": vector(0),
      "batch.rows": tensorOf("f32", [1, 1, 1], [2]),
      "batch.rows.1": tensorOf("f32", [1, 1, 1], [3]),
      "batch.late": tensorOf("f32", [1, 1, 1], [0]),
      scalars: tensorOf("f32", [1, 3], [1, 10, 100]),
    });
    close(got["next.a"], [-2 - 30 - 100]);
    close(got["loss.pull"], [-2 * 3]); // of the second time
    close(got["norm.a"], [1]); // of the last move
  });

  test("running parameters go on from call to call, in turns that move their network", async () => {
    /** a·x, and a running sum of the means of x. */
    const counting: Network = {
      parameters: [
        { name: "a", shape: [], start: zeros },
        { name: "seen", shape: [], start: zeros, running: true },
      ],
      bind: (scope) => (x) => {
        if (scope.noise !== undefined) scope.update("seen", add(scope.parameter("seen"), mean(x, {})));
        return mul(x, scope.parameter("a"));
      },
    };
    const call = (n: Record<string, unknown>, name: string, x: Node) => mean((n[name] as (x: Node) => Node)(x), {});
    const game: Game = {
      networks: { one: counting, other: counting, frozen: counting },
      optimiser: sgd({ rate: 0 }),
      turns: [
        { moves: ["one"], losses: (n, x) => ({ a: add(call(n, "one", x), call(n, "one", mul(x, 10))) }) },
        { moves: ["other"], losses: (n, x) => ({ b: add(call(n, "one", x), call(n, "other", call(n, "frozen", x))) }) },
      ],
    };
    const { graph, plan } = trainingProgram(game, { batch: 1, width: 1 });
    verify(graph);
    expect(plan.state.filter(({ name }) => name.startsWith("frozen"))).toEqual([
      { name: "frozen", size: 1, frozen: true },
      { name: "frozen.running", size: 1, frozen: true },
    ]);
    const got = await run(graph, {
      ...Object.fromEntries(
        plan.state.map(({ name, size }) => [`state.${name}`, vector(...new Array<number>(size).fill(1))]),
      ),
      "batch.rows": tensorOf("f32", [2, 1, 1], [2, 3]),
      scalars: tensorOf("f32", [2, 1], [0, 0]),
    });
    close(got["next.one.running"], [1 + 2 + 20 + 3 + 30]);
    close(got["next.other.running"], [1 + 2 + 3]);
    expect(got).not.toHaveProperty("next.frozen.running");
  });

  test("turns draw their own noise, and see the stream they name", async () => {
    const scaled = sequential(dropout(0.5));
    const game: Game = {
      networks: { a: number, drop: scaled },
      optimiser: sgd({ rate: 1 }),
      turns: ["first", "second", "first"].map((stream, i) => ({
        moves: i === 0 ? ["a"] : [],
        stream,
        losses: (n, x, noise) => ({
          [`x${i}`]: add(mean((n.drop as (x: Node) => Node)(x), {}), mul((n.a as () => Node)(), 0)),
          [`z${i}`]: mean(square(noise.normal([2])), {}),
        }),
      })),
    };
    const { graph, plan } = trainingProgram(game, { batch: 2, width: 1 });
    expect(plan.streams).toEqual(["first", "second"]);
    expect(plan.noise).toEqual(
      [0, 1, 2].flatMap(() => [
        { kind: "keep", shape: [2, 1], share: 0.5 },
        { kind: "normal", shape: [2] },
      ]),
    );
    const noise = [
      [2, 0],
      [1, 3],
      [0, 2],
      [0, 0],
      [2, 2],
      [5, 5],
    ];
    const got = await run(graph, {
      "state.a": vector(0),
      "state.a.slot0": vector(0),
      "batch.first": tensorOf("f32", [1, 2, 1], [10, 20]),
      "batch.second": tensorOf("f32", [1, 2, 1], [7, 8]),
      ...Object.fromEntries(
        noise.map((values, i) => [`noise.${i}`, tensorOf("f32", i % 2 === 0 ? [1, 2, 1] : [1, 2], values)]),
      ),
      scalars: tensorOf("f32", [1, 1], [1]),
    });
    expect([0, 1, 2].map((i) => got[`loss.x${i}`]![0])).toEqual([10, 8, 30]);
    expect([0, 1, 2].map((i) => got[`loss.z${i}`]![0])).toEqual([5, 0, 25]);
  });
});

const turnOf = (moves: readonly string[], loss: string): Game["turns"][number] => ({
  moves,
  losses: (n) => ({ [loss]: product(n) }),
});

test.each<[string, Game["turns"], string]>([
  ["two losses of one name", [turnOf(["a"], "one"), turnOf(["b"], "one")], 'two turns have a loss named "one"'],
  ["one network twice in a turn", [turnOf(["b", "b"], "x")], 'a turn moves the network "b" twice'],
])("%s are refused", (_, turns, sentence) => {
  const game: Game = { networks: { a: number, b: number }, optimiser: sgd({ rate: 1 }), turns };
  const build = () => trainingProgram(game, { batch: 1, width: 1 });
  expect(build).toThrow(GraphError);
  expect(build).toThrow(`internal: ${sentence}`);
});

const product = (n: Record<string, unknown>): Node => sum(mul((n.a as () => Node)(), (n.b as () => Node)()), {});
