// Optimisers against the formulas of their papers, written with plain numbers; schedules at the start, middle and end.

import { describe, expect, test } from "vitest";
import { interpret } from "../graph/interpret.js";
import { constant, scalar } from "../graph/op.js";
import { tensorOf, toNumbers } from "../tensor/tensor.js";
import {
  type Adam,
  adam,
  move,
  type Optimiser,
  type RmsProp,
  rmsProp,
  type Sgd,
  scalarsOf,
  sgd,
  slotsOf,
  stepScalars,
} from "./optimisers.js";
import { constantRate, cosine, exponential, factorAt, type Schedule } from "./schedules.js";

const TOTAL = 6;
const start = [1, -2, 0.5];
/** The gradients of six steps: large, small, zero, and of changing sign. */
const gradients = [
  [0.1, -3, 0],
  [0.2, 4, 0],
  [-0.3, 5, 1e-4],
  [0.1, -3, 2e-4],
  [5, 0, 0],
  [-5, 1, 1e3],
];

/** Parameters after each step, by the graph. */
function moved(optimiser: Optimiser): number[][] {
  let parameters = start;
  let slots = Array.from({ length: slotsOf(optimiser) }, () => [0, 0, 0]);
  const vector = (values: readonly number[]) => constant(tensorOf("f32", [3], values));
  return gradients.map((gradient, step) => {
    const scalars = stepScalars(optimiser, step, TOTAL);
    expect(scalars).toHaveLength(scalarsOf(optimiser));
    const next = move(
      optimiser,
      vector(parameters),
      vector(gradient),
      slots.map(vector),
      scalars.map((v) => scalar(v)),
    );
    expect(next.slots).toHaveLength(slots.length);
    [parameters, ...slots] = interpret([next.parameters, ...next.slots], new Map()).map(toNumbers) as [
      number[],
      ...number[][],
    ];
    return parameters;
  });
}

/** One parameter after each step by a rule that has any memory. */
const followed = (
  optimiser: Optimiser,
  rule: () => (p: number, g: number, rate: number, t: number) => number,
): number[][] => {
  const rules = start.map(rule);
  let parameters = start;
  return gradients.map((gradient, step) => {
    const rate = optimiser.rate * expectedFactor(optimiser.schedule, step);
    parameters = parameters.map((p, i) => rules[i]!(p, gradient[i]!, rate, step + 1));
    return parameters;
  });
};

/** The factors of the schedules below, by hand. */
function expectedFactor(schedule: Schedule, step: number): number {
  if (schedule.kind === "exponential") return 0.5 ** (step / 2);
  // cosine over 6 steps to a tenth: (1 + cos(πk/6))/2 = 1, 0.933…, 3/4, 1/2, 1/4, 0.0669…
  if (schedule.kind === "cosine")
    return [1, 0.1 + 0.9 * 0.9330127019, 0.775, 0.55, 0.325, 0.1 + 0.9 * 0.0669872981][step]!;
  return 1;
}

// Kingma and Ba 2015, algorithm 1
const adamRule =
  ({ beta1, beta2, epsilon }: Adam) =>
  () => {
    let [m, v] = [0, 0];
    return (p: number, g: number, rate: number, t: number): number => {
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      return p - (rate * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + epsilon);
    };
  };
// Hinton 2012, lecture 6
const rmsPropRule =
  ({ decay, epsilon }: RmsProp) =>
  () => {
    let v = 0;
    return (p: number, g: number, rate: number): number => {
      v = decay * v + (1 - decay) * g * g;
      return p - (rate * g) / (Math.sqrt(v) + epsilon);
    };
  };
// Polyak 1964
const sgdRule =
  ({ momentum }: Sgd) =>
  () => {
    let v = 0;
    return (p: number, g: number, rate: number): number => {
      v = momentum * v + g;
      return p - rate * v;
    };
  };

const schedules: [string, Schedule][] = [
  ["constant", constantRate],
  ["cosine", cosine({ floor: 0.1 })],
  ["exponential", exponential(0.5, 2)],
];

describe.each(schedules)("with a %s rate", (_, schedule) => {
  const optimisers: [string, Optimiser, ReturnType<typeof adamRule>][] = [];
  for (const options of [{}, { beta1: 0.5, beta2: 0.9, epsilon: 1e-3 }]) {
    const one = adam({ rate: 0.05, schedule, ...options });
    optimisers.push([`adam ${JSON.stringify(options)}`, one, adamRule(one)]);
  }
  for (const options of [{}, { decay: 0.5, epsilon: 0.1 }]) {
    const one = rmsProp({ rate: 0.05, schedule, ...options });
    optimisers.push([`rmsprop ${JSON.stringify(options)}`, one, rmsPropRule(one)]);
  }
  for (const momentum of [0, 0.9]) {
    const one = sgd({ rate: 0.05, schedule, momentum });
    optimisers.push([`sgd ${momentum}`, one, sgdRule(one)]);
  }
  test.each(optimisers)("%s", (__, optimiser, rule) => {
    const expected = followed(optimiser, rule);
    moved(optimiser).forEach((parameters, step) => {
      parameters.forEach((p, i) => {
        const off = Math.abs(p - expected[step]![i]!);
        expect(off / (1 + Math.abs(p)), `step ${step}, parameter ${i}: ${p}, not ${expected[step]![i]}`).toBeLessThan(
          2e-6,
        );
      });
    });
  });
});

test("the first step of Adam is the rate, whatever the size of the gradient", () => {
  const [first] = moved(adam({ rate: 0.01 }));
  expect(first![0]).toBeCloseTo(0.99, 6);
  expect(first![1]).toBeCloseTo(-1.99, 6);
  expect(first![2]).toBe(0.5);
});

describe("a gradient longer than `clip`", () => {
  test("is shortened to it, over all its numbers together; shorter ones stay as they are", () => {
    // lengths of the gradients: 3.0017, 4.005, 5.009, 3.0017, 5, 1000.01; with 4.5 only three of them are shortened
    const clip = 4.5;
    const shortened = gradients.map((gradient) => {
      const length = Math.hypot(...gradient);
      return gradient.map((g) => (length > clip ? (g * clip) / length : g));
    });
    const factors = shortened.map((gradient, step) => Math.hypot(...gradient) / Math.hypot(...gradients[step]!));
    expect(factors.map((factor) => factor < 1)).toEqual([false, false, true, false, true, true]);
    const [rate, decay, epsilon] = [0.05, 0.9, 1e-7];
    const memory = [0, 0, 0];
    let expected = start;
    const found = moved(rmsProp({ rate, epsilon, clip }));
    for (const [step, gradient] of shortened.entries()) {
      expected = expected.map((p, i) => {
        memory[i] = decay * memory[i]! + (1 - decay) * gradient[i]! ** 2;
        return p - (rate * gradient[i]!) / (Math.sqrt(memory[i]!) + epsilon);
      });
      expected.forEach((p, i) => {
        expect(Math.abs(found[step]![i]! - p) / (1 + Math.abs(p)), `step ${step}, parameter ${i}`).toBeLessThan(2e-6);
      });
    }
  });
  test("by hand: (3, 4, 0) cut to length 1 moves by the rate times (0.6, 0.8, 0)", () => {
    const vector = (values: readonly number[]) => constant(tensorOf("f32", [3], values));
    const next = move(
      sgd({ rate: 1, clip: 1 }),
      vector([0, 0, 0]),
      vector([3, 4, 0]),
      [vector([0, 0, 0])],
      [scalar(1)],
    );
    const [parameters] = interpret([next.parameters], new Map()).map(toNumbers);
    for (const [i, value] of [-0.6, -0.8, 0].entries()) expect(parameters![i]).toBeCloseTo(value, 6);
  });
  test("of zeros moves nothing", () => {
    const zeros = constant(tensorOf("f32", [2], [0, 0]));
    const next = move(rmsProp({ rate: 1, clip: 1 }), zeros, zeros, [zeros], [scalar(1)]);
    expect(interpret([next.parameters], new Map()).map(toNumbers)).toEqual([[0, 0]]);
  });
});

test("weight decay adds its share of each parameter to the gradient, behind the clipping", () => {
  const vector = (values: readonly number[]) => constant(tensorOf("f32", [2], values));
  // the gradient (3, 4) becomes (0.6, 0.8), then (0.6 + 0.1·2, 0.8 - 0.1·5)
  const optimiser = sgd({ rate: 1, clip: 1, weightDecay: 0.1 });
  const next = move(optimiser, vector([2, -5]), vector([3, 4]), [vector([0, 0])], [scalar(1)]);
  const [parameters] = interpret([next.parameters], new Map()).map(toNumbers);
  for (const [i, value] of [2 - 0.8, -5 - 0.3].entries()) expect(parameters![i]).toBeCloseTo(value, 6);
});

describe("schedules", () => {
  test("constant", () => {
    expect([0, 50, 100].map((step) => factorAt(constantRate, step, 100))).toEqual([1, 1, 1]);
  });
  test("cosine falls from 1 over the mean to its floor", () => {
    expect(factorAt(cosine(), 0, 100)).toBe(1);
    expect(factorAt(cosine(), 50, 100)).toBeCloseTo(0.5, 12);
    expect(factorAt(cosine(), 100, 100)).toBeCloseTo(0, 12);
    expect(factorAt(cosine({ floor: 0.2 }), 50, 100)).toBeCloseTo(0.6, 12);
    expect(factorAt(cosine({ floor: 0.2 }), 100, 100)).toBeCloseTo(0.2, 12);
  });
  test("cosine with a rise: evenly up to 1, then down", () => {
    const schedule = cosine({ warmup: 0.1 });
    expect([0, 4, 9].map((step) => factorAt(schedule, step, 100))).toEqual([1 / 11, 5 / 11, 10 / 11]);
    expect(factorAt(schedule, 10, 100)).toBe(1);
    expect(factorAt(schedule, 55, 100)).toBeCloseTo(0.5, 12);
    expect(factorAt(schedule, 100, 100)).toBeCloseTo(0, 12);
  });
  test("a run of one step, and one that only rises, have a rate", () => {
    expect(factorAt(cosine(), 0, 1)).toBe(1);
    expect(factorAt(cosine({ warmup: 1 }), 9, 10)).toBeCloseTo(10 / 11, 12);
  });
  test("exponential", () => {
    const schedule = exponential(0.1, 50);
    expect(factorAt(schedule, 0, 100)).toBe(1);
    expect(factorAt(schedule, 25, 100)).toBeCloseTo(Math.sqrt(0.1), 12);
    expect(factorAt(schedule, 100, 100)).toBeCloseTo(0.01, 12);
  });
});
