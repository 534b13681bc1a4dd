// Parameters of detectors, declared once: from the declaration come validation, defaults, command-line help and docs.

import { z } from "zod";
import { OddityError, unknownName } from "../tensor/errors.js";

export type Shape = Readonly<Record<string, z.ZodType>>;
export type Values<S extends Shape> = { readonly [name in keyof S]: z.output<S[name]> };
export type Given<S extends Shape> = { readonly [name in keyof S]?: z.input<S[name]> };

interface Limits<T> {
  readonly fallback: T;
  readonly doc: string;
  readonly min?: number;
  readonly max?: number;
}

/** A whole number. */
export const int = ({ min = 1, max, fallback, doc }: Limits<number>) =>
  z
    .int()
    .min(min)
    .max(max ?? Number.MAX_SAFE_INTEGER)
    .default(fallback)
    .describe(doc);

/** A real number, limits included. */
export const real = ({ min = 0, max, fallback, doc }: Limits<number>) =>
  z
    .number()
    .min(min)
    .max(max ?? Number.MAX_VALUE)
    .default(fallback)
    .describe(doc);

/** One of a list of words. */
export const choice = <const Words extends readonly string[]>(
  words: Words,
  { fallback, doc }: { fallback: Words[number]; doc: string },
) =>
  z
    .enum(words)
    .default(fallback as never)
    .describe(doc);

/** A list, one thing in it at least; on the command line with commas. */
export const list = <Item extends z.ZodString | z.ZodNumber>(
  item: Item,
  { fallback, doc }: { fallback: z.output<Item>[]; doc: string },
) =>
  z
    .array(item)
    .min(1)
    .default(fallback as never)
    .describe(doc);

export interface ParameterFact {
  readonly name: string;
  readonly doc: string;
  readonly fallback: unknown;
  /** "whole number ≥ 1", "one of standard, minmax" */
  readonly type: string;
}

/** What help and docs say about each parameter. */
export function factsOf(shape: Shape): ParameterFact[] {
  return Object.entries(shape).map(([name, type]) => {
    const schema = z.toJSONSchema(type, { io: "input" }) as JsonSchema;
    return { name, doc: schema.description ?? "", fallback: schema.default, type: typeText(schema) };
  });
}

interface JsonSchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
}

function typeText({ type, items, enum: words, minimum, maximum }: JsonSchema): string {
  if (type === "array") return `a list of ${items?.type === "string" ? "words" : "numbers"}`;
  if (words) return `one of ${words.join(", ")}`;
  const kind = type === "integer" ? "a whole number" : "a number";
  const bounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (bounded) return `${kind} from ${minimum} to ${maximum}`;
  return minimum === undefined ? kind : `${kind} ≥ ${minimum}`;
}

/** Values for all parameters, or a sentence about the first that does not fit. */
export function parseParameters<S extends Shape>(
  detector: string,
  shape: S,
  given: Readonly<Record<string, unknown>>,
): Values<S> {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(shape, name));
  if (unknown !== undefined) throw unknownName(`${detector}: parameter`, unknown, Object.keys(shape));
  const values = Object.entries(shape).map(([name, type]) => {
    const expected = factsOf({ [name]: type })[0]!.type;
    const parsed = type.safeParse(expected.startsWith("a list") ? listOf(given[name]) : given[name]);
    if (parsed.success) return [name, parsed.data];
    throw new OddityError({ place: `${detector}.${name}`, expected, got: printValue(given[name]) }, { usage: true });
  });
  return Object.fromEntries(values) as Values<S>;
}

/** A text with commas as the list that it is. */
const listOf = (value: unknown): unknown =>
  typeof value === "string" ? value.split(",").map((part) => parseText(part.trim())) : value;

/** Numbers as they are written (JSON has no NaN), the rest as JSON. */
const printValue = (value: unknown): string =>
  typeof value === "number" || typeof value === "bigint" ? `${value}` : JSON.stringify(value);

/** A value from the command line: numbers as such, the rest as text. */
export const parseText = (text: string): unknown =>
  text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
