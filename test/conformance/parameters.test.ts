// What every detector declares: who it is, and parameters whose documentation and refusals come from the declaration.

import { expect, test } from "vitest";
import { detectorById, detectors } from "../../src/detectors/list.js";
import { factsOf, type ParameterFact } from "../../src/detectors/parameters.js";
import { conformance } from "./conform.js";

const check = conformance();

test("ids are told apart, and an unknown one is refused with the nearest", () => {
  const ids = detectors.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(() => detectorById(`${id}x`)).toThrow(`detector: expected one of ${ids.join(", ")}`);
  for (const id of ids) expect(() => detectorById(`${id}x`)).toThrow(`did you mean "${id}"?`);
});

check("says what it is and where it comes from", (maker) => {
  expect(maker.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  expect(maker.about).toMatch(/^[A-Z].{20,}\.$/);
  expect(maker.paper).toMatch(/\b(19|20)\d\d\b|^none: /);
  expect(detectorById(maker.id)).toMatchObject({ id: maker.id, about: maker.about, paper: maker.paper });
});

check("every parameter has a sentence, a type in words and a fallback that it accepts", (maker) => {
  const facts = factsOf(maker.parameters);
  expect(facts.length).toBeGreaterThan(0);
  for (const { name, doc, type, fallback } of facts) {
    expect(doc.length, name).toBeGreaterThan(10);
    expect(type).toMatch(/^(a whole number|a number|a list of|one of|true or false)/);
    expect(maker({ [name]: fallback }).parameters[name]).toEqual(fallback);
  }
  expect(maker().parameters).toEqual(Object.fromEntries(facts.map(({ name, fallback }) => [name, fallback])));
});

/** Values outside of what a type in words says. */
function badValues({ type, fallback }: ParameterFact): unknown[] {
  const [least, most] = [/(?:≥|from) (\S+)/, / to (\S+)/].map((limit) => limit.exec(type)?.[1]);
  return [
    null,
    [],
    {},
    ...(typeof fallback === "boolean" ? [] : [true]),
    ...(typeof fallback === "number" ? ["a", "1", "", Number.NaN, Number.POSITIVE_INFINITY, 1n] : ["no such word", 1]),
    ...(type.startsWith("a whole number") ? [Number(least) + 0.5] : []),
    ...(least === undefined ? [] : [Number(least) - 1]),
    ...(most === undefined ? [] : [Number(most) + 1]),
  ];
}

check("a bad value is refused with a sentence from the declaration", (maker) => {
  for (const fact of factsOf(maker.parameters)) {
    const bad = badValues(fact);
    expect(bad.length).toBeGreaterThan(4);
    for (const value of bad) {
      const call = () => maker({ [fact.name]: value } as never);
      expect(call, `${fact.name} = ${String(value)}`).toThrow(`${maker.id}.${fact.name}: expected ${fact.type}, got `);
    }
    if (typeof fact.fallback === "number") expect(() => maker({ [fact.name]: Number.NaN } as never)).toThrow("got NaN");
  }
});

check("numbers at their limits are accepted", (maker) => {
  for (const { name, type } of factsOf(maker.parameters))
    for (const limit of [/(?:≥|from) (\S+)/, / to (\S+)/].map((pattern) => pattern.exec(type)?.[1]))
      if (limit !== undefined) expect(maker({ [name]: Number(limit) } as never).parameters[name]).toBe(Number(limit));
});

check("an unknown parameter is refused with the known ones, and the nearest", (maker) => {
  const names = Object.keys(maker.parameters);
  const known = `${maker.id}: parameter: expected one of ${names.join(", ")}, got `;
  for (const wrong of [`${names[0]}s`, "toString", "constructor", ""])
    expect(() => maker({ [wrong]: 1 } as never)).toThrow(`${known}"${wrong}"`);
  expect(() => maker({ [`${names[0]}s`]: 1 } as never)).toThrow(`did you mean "${names[0]}"?`);
});
