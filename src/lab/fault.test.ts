// Sentences for whatever can be wrong with a configuration.

import { expect, test } from "vitest";
import { z } from "zod";
import { OddityError } from "../tensor/errors.js";
import { parsed } from "./fault.js";
import { settingOf } from "./setting.js";

const whole = { id: "a", real: { kind: "gaussian" }, anomalies: [{ shift: 1 }] };

/** What is changed of a setting that fits, and what is said of it. */
const cases: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
  // keys: the nearest that is known
  [{ stpes: 3 }, 'did you mean "steps"?'],
  [{ noise: { kind: "uniform", lo: 0, high: 1 } }, 'here.noise: expected one of kind, low, high, width, got "lo"'],
  [
    { optimiser: { kind: "sgd", rate: 1, momentun: 0 } },
    'here.optimiser: expected one of kind, rate, momentum, decay, got "momentun"; did you mean "momentum"?',
  ],
  [
    { optimiser: { kind: "sgd", rate: 1, beta1: 0 } },
    'here.optimiser: expected one of kind, rate, momentum, decay, got "beta1"',
  ],
  [
    { anomalies: [{ shift: 1 }, { shfit: 1 }] },
    'here.anomalies.1: expected one of shift, spread, got "shfit"; did you mean "shift"?',
  ],
  [
    { real: { kind: "gaussian", meen: 2 } },
    'here.real: expected one of mean, deviation, got "meen"; did you mean "mean"?',
  ],
  // of a union the branch that was meant
  [
    { anomalies: [{ naem: "x" }] },
    'here.anomalies.0: expected one of name, distribution, got "naem"; did you mean "name"?',
  ],
  [{ schedules: { measures: [10, 0.5] } }, "here.schedules.measures.1: expected a whole number ≥ 0, got 0.5"],
  [{ anomalies: [{ name: "x" }] }, "here.anomalies.0.distribution: expected an object of kind, got nothing"],
  [
    { anomalies: [{ name: "x", distribution: {} }] },
    "here.anomalies.0.distribution.kind: expected a text, got nothing",
  ],
  [{ anomalies: [{ shift: "a" }] }, 'here.anomalies.0.shift: expected a number, or a list of 2, got "a"'],
  [{ anomalies: [{ shift: [1] }] }, "here.anomalies.0.shift: expected a list of 2, got [1]"],
  [{ anomalies: [{ shift: [1, "b"] }] }, 'here.anomalies.0.shift.1: expected a number, got "b"'],
  [
    { noise: { kind: "unifrom", low: 0, high: 1 } },
    'here.noise.kind: expected one of uniform, gaussian, got "unifrom"; did you mean "uniform"?',
  ],
  [{ noise: { low: 0, high: 1 } }, "here.noise.kind: expected one of uniform, gaussian, got nothing"],
  [
    { noise: 3 },
    "here.noise: expected an object of kind, low, high, width, or an object of kind, mean, deviation, width, got 3",
  ],
  [{ generator: 7 }, "here.generator: expected 1, 2, 3, or an object of widths, activation, got 7"],
  [{ generator: { widths: [5, 0] } }, "here.generator.widths.1: expected a whole number ≥ 1, got 0"],
  [
    { schedules: { measures: "often" } },
    'here.schedules.measures: expected "never", or a whole number ≥ 1, or a list of at least 1, or an object of any, got "often"',
  ],
  [
    { schedules: { measures: { any: [10, [1, 0.5]] } } },
    "here.schedules.measures.any.1.1: expected a whole number ≥ 0, got 0.5",
  ],
  // values
  [
    { losses: { generator: "cros_entropy" } },
    'here.losses.generator: expected one of minimax, non_sat_heu, cross_entropy, max_like, least_squares, critic, got "cros_entropy"; did you mean "cross_entropy"?',
  ],
  [
    { losses: { generator: 3 } },
    "here.losses.generator: expected one of minimax, non_sat_heu, cross_entropy, max_like, least_squares, critic, got 3",
  ],
  [{ anomalies: [{ spread: 0 }] }, "here.anomalies.0.spread: expected a number above 0, got 0"],
  [{ anomalies: [] }, "here.anomalies: expected a list of at least 1, got []"],
  [
    { anomalies: [{ name: "", distribution: { kind: "uniform" } }] },
    'here.anomalies.0.name: expected a text no shorter than 1, got ""',
  ],
  [{ batch: Number.NaN }, "here.batch: expected a whole number ≥ 1, got NaN"],
  [{ batch: Infinity }, "here.batch: expected a whole number ≥ 1, got Infinity"],
  [{ steps: 1.5 }, "here.steps: expected a whole number ≥ 1, got 1.5"],
  [{ sample: 1e9 }, "here.sample: expected a whole number ≥ 100 and ≤ 100000, got 1000000000"],
  [{ real: 3 }, "here.real: expected an object of kind, got 3"],
  [{ id: "A b" }, 'here.id: expected a text that matches /^[a-z0-9][a-z0-9-]*$/, got "A b"'],
  [{ about: "x".repeat(5), real: "y".repeat(500) }, `here.real: expected an object of kind, got "${"y".repeat(78)}…`],
];

test.each(cases)("%j", (given, sentence) => {
  expect(() => settingOf({ ...whole, ...given }, "here")).toThrow(sentence);
});

test.each([
  [3, "here: expected an object of id, about, real"],
  [null, ", got null"],
  [undefined, ", got nothing"],
  [[], ", got []"],
])("%j is no setting", (given, sentence) => {
  expect(() => settingOf(given, "here")).toThrow(sentence);
});

test("records, refinements, formats and what has no words of its own", () => {
  const schema = z.strictObject({
    by: z.record(z.string(), z.number()).default({}),
    even: z
      .number()
      .refine((x) => x % 2 === 0, "an even number")
      .default(2),
    when: z.iso.datetime().optional(),
    big: z.bigint().optional(),
    flag: z.boolean().optional(),
  });
  const said = (value: unknown): string => {
    try {
      parsed(schema, value, "here");
    } catch (error) {
      if (error instanceof OddityError) return error.message;
      throw error;
    }
    return "";
  };
  expect(said({})).toBe("");
  expect(said({ by: { a: "b" } })).toBe('here.by.a: expected a number, got "b"');
  expect(said({ even: 3 })).toBe("here.even: expected an even number, got 3");
  expect(said({ when: "now" })).toMatch(/^here\.when: expected a text that matches .*, got "now"$/);
  expect(said({ big: 1 })).toBe("here.big: expected a value of type bigint, got 1");
  expect(said({ flag: "yes" })).toBe('here.flag: expected true or false, got "yes"');
});

test("wrong configurations end the command line with 2", () => {
  expect(() => parsed(z.number(), "x", "here")).toThrow(expect.objectContaining({ usage: true }));
});
