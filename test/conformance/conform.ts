// Runs a check on every detector of the list. What a detector is known to fail stands in a table beside the check, with
// the reason; an exception that begins to pass fails the suite, and so does one for a detector or check that is not there.

import { afterAll, expect, test } from "vitest";
import type { Table } from "../../src/data/table.js";
import type { Detector, DetectorMaker } from "../../src/detectors/define.js";
import type { FitOptions } from "../../src/detectors/fit.js";
import { detectors } from "../../src/detectors/list.js";
import type { Model } from "../../src/detectors/model.js";
import { fitTold } from "../told.js";
import { normalRows, onlyNumbers } from "./tables.js";

/** Detector, then check, then why it cannot pass. */
type Exceptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface Options {
  readonly except?: Exceptions;
  /** Detectors that are checked with those of the list. */
  readonly besides?: readonly DetectorMaker[];
  /** On what; detectors that cannot take it are left out. */
  readonly on?: "tables" | "pictures";
}

export function conformance({ except = {}, besides = [], on = "tables" }: Options = {}) {
  const checked = [...detectors, ...besides].filter(({ takes }) => takes === undefined || takes === on);
  const unused = new Set(
    Object.entries(except).flatMap(([id, each]) => Object.keys(each).map((name) => `${id}: ${name}`)),
  );
  afterAll(() => expect([...unused], "exceptions for checks or detectors that are not there").toEqual([]));
  return (name: string, body: (maker: DetectorMaker) => void | Promise<void>): void => {
    for (const maker of checked) {
      const reason = except[maker.id]?.[name];
      unused.delete(`${maker.id}: ${name}`);
      if (reason === undefined) test(`${maker.id}: ${name}`, () => body(maker));
      else test.fails(`${maker.id}: ${name} [exception: ${reason}]`, () => body(maker));
    }
  };
}

/** The given values of those parameters that a detector has. */
export const ofThese = (maker: DetectorMaker, wanted: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(wanted).filter(([name]) => name in maker.parameters));

/** Enough learning for easy rows, in a fraction of a second; networks of pictures are narrow, searches short. */
const brief = (maker: DetectorMaker): Detector =>
  maker(ofThese(maker, { epochs: 1, fewestSteps: 150, filters: 8, steps: 20 }));

export const fit = (maker: DetectorMaker, rows: Table, options: Partial<FitOptions> = {}): Promise<Model> =>
  fitTold(brief(maker), rows, { seed: 3, ...options });

const fitted = new Map<string, Promise<Model>>();

function once(key: string, make: () => Promise<Model>): Promise<Model> {
  const model = fitted.get(key) ?? make();
  fitted.set(key, model);
  return model;
}

/** Fitted once for all checks of a file: numbers and text. */
export const usual = (maker: DetectorMaker): Promise<Model> =>
  once(`${maker.id} mixed`, () => fit(maker, normalRows(400, 1)));

/** The same, on numbers alone. */
export const usualOfNumbers = (maker: DetectorMaker): Promise<Model> =>
  once(`${maker.id} numbers`, () => fit(maker, onlyNumbers(normalRows(400, 1))));

export const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), a.length === b.length ? 0 : Number.NaN);

export const rangeOf = (scores: Float32Array): number => Math.max(...scores) - Math.min(...scores);
