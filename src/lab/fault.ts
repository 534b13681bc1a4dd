// What zod finds wrong with a configuration, as this project's errors: the place, what was expected, what came. Zod says of a
// union that no branch fits; here the branch that was meant is found first, and asked what is wrong with it.

import { z } from "zod";
import { nearest, OddityError, unknownName } from "../tensor/errors.js";

type Schema = z.core.$ZodType;
const { $ZodArray, $ZodObject, $ZodRecord, $ZodTuple, $ZodUnion } = z.core;

/** The value as the schema has it. @throws OddityError for the first thing that does not fit */
export function parsed<S extends z.ZodType>(schema: S, value: unknown, place: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw faultOf(schema, value, place);
}

function faultOf(given: Schema, value: unknown, place: string): OddityError {
  const { issues } = z.core.safeParse(given, value).error ?? { issues: [] };
  // a key that is written wrong explains why another is missing
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  if (issue === undefined) throw new Error(`internal: ${place} fits after all`);
  let schema = bare(given);
  let at = value;
  let where = place;
  for (const key of issue.path) {
    if (schema instanceof $ZodUnion) break;
    schema = bare(partOf(schema, key));
    at = (at as Readonly<Record<PropertyKey, unknown>>)[key];
    where = `${where}.${String(key)}`;
  }
  if (schema instanceof $ZodUnion) return faultOfUnion(schema, at, where);
  if (issue.code === "unrecognized_keys") return unknownName(where, issue.keys[0]!, keysOf(schema));
  if (issue.code === "invalid_value" && typeof at === "string") return unknownName(where, at, issue.values.map(String));
  if (issue.code === "custom") return refused(where, issue.message, at);
  return refused(where, issue.code === "invalid_format" ? formOf(issue) : described(schema), at);
}

function faultOfUnion(union: z.core.$ZodUnion, value: unknown, place: string): OddityError {
  const branches = branchesOf(union);
  const isList = Array.isArray(value);
  if (isList || (typeof value === "object" && value !== null)) {
    const meant = isList ? branches.find(isOfLists) : nearestObject(union, branches, value);
    if (meant !== undefined) return faultOf(meant, value, place);
    const key = discriminatorOf(union);
    if (!isList && key !== undefined) {
      const known = branches.flatMap((branch) => [...(branch._zod.propValues?.[key] ?? [])].map(String));
      const name = (value as Readonly<Record<string, unknown>>)[key];
      return typeof name === "string"
        ? unknownName(`${place}.${key}`, name, known)
        : refused(`${place}.${key}`, `one of ${known.join(", ")}`, name);
    }
  }
  return refused(place, described(union), value);
}

/** The object that knows most of the keys, or nearly; where one key tells the branches apart, that with its value. */
function nearestObject(union: z.core.$ZodUnion, branches: readonly Schema[], value: object): Schema | undefined {
  const key = discriminatorOf(union);
  if (key !== undefined) {
    const name = (value as Readonly<Record<string, z.core.util.Primitive>>)[key];
    return branches.find((branch) => branch._zod.propValues?.[key]?.has(name));
  }
  const keys = Object.keys(value);
  const known = (branch: Schema): number => keys.filter((each) => nearest(each, keysOf(branch)) !== undefined).length;
  return branches.filter((branch) => branch instanceof $ZodObject).sort((a, b) => known(b) - known(a))[0];
}

const refused = (place: string, expected: string, value: unknown): OddityError =>
  new OddityError({ place, expected, got: shown(value) }, { usage: true });

/** As JSON has it, which knows neither NaN nor infinities; not more than a line. */
function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : `${typeof value === "number" ? value : JSON.stringify(value)}`;
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** Without what only says that a value may be left out. */
function bare(schema: Schema): Schema {
  const { def } = schema._zod;
  return "innerType" in def ? bare(def.innerType as Schema) : schema;
}

function partOf(schema: Schema, key: PropertyKey): Schema {
  if (schema instanceof $ZodObject) return schema._zod.def.shape[String(key)] ?? z.unknown();
  if (schema instanceof $ZodArray) return schema._zod.def.element;
  if (schema instanceof $ZodTuple) return schema._zod.def.items[Number(key)] ?? z.unknown();
  if (schema instanceof $ZodRecord) return schema._zod.def.valueType;
  return z.unknown();
}

const keysOf = (schema: Schema): string[] => (schema instanceof $ZodObject ? Object.keys(schema._zod.def.shape) : []);
const isOfLists = (schema: Schema): boolean => schema instanceof $ZodArray || schema instanceof $ZodTuple;

const discriminatorOf = (union: z.core.$ZodUnion): string | undefined =>
  union instanceof z.core.$ZodDiscriminatedUnion ? union._zod.def.discriminator : undefined;

/** Those of unions inside it too. */
const branchesOf = (union: z.core.$ZodUnion): Schema[] =>
  union._zod.def.options.map(bare).flatMap((each) => (each instanceof $ZodUnion ? branchesOf(each) : [each]));

const formOf = (issue: z.core.$ZodIssueInvalidStringFormat): string =>
  `a text ${issue.pattern === undefined ? `of the form ${issue.format}` : `that matches ${issue.pattern}`}`;

/** "a number above 0", "a list of 2", "1, 2 or 3, or an object of widths, activation". */
function described(schema: Schema): string {
  if (schema instanceof $ZodUnion) return [...new Set(branchesOf(schema).map(described))].join(", or ");
  if (schema instanceof $ZodObject) return `an object of ${keysOf(schema).join(", ")}`;
  if (schema instanceof $ZodTuple) return `a list of ${schema._zod.def.items.length}`;
  if (schema instanceof z.core.$ZodLiteral)
    return schema._zod.def.values.map((each) => JSON.stringify(each)).join(", ");
  if (schema instanceof z.core.$ZodEnum) return `one of ${Object.values(schema._zod.def.entries).join(", ")}`;
  if (schema instanceof z.core.$ZodBoolean) return "true or false";
  if (schema instanceof $ZodArray) return `a list${limitsOf(schema, "of at least", "of at most")}`;
  if (schema instanceof z.core.$ZodString) return `a text${limitsOf(schema, "no shorter than", "no longer than")}`;
  if (schema instanceof z.core.$ZodNumberFormat) return `a whole number${limitsOf(schema, "≥", "≤")}`;
  if (schema instanceof z.core.$ZodNumber) return `a number${limitsOf(schema, "≥", "≤")}`;
  return `a value of type ${schema._zod.def.type}`;
}

/** " ≥ 1 and ≤ 5": what is said of the size of a value. */
function limitsOf(schema: Schema, least: string, most: string): string {
  const limits = (schema._zod.def.checks ?? []).flatMap((check) => {
    if (check instanceof z.core.$ZodCheckGreaterThan)
      return `${check._zod.def.inclusive ? least : "above"} ${check._zod.def.value}`;
    if (check instanceof z.core.$ZodCheckLessThan)
      return `${check._zod.def.inclusive ? most : "below"} ${check._zod.def.value}`;
    if (check instanceof z.core.$ZodCheckMinLength) return `${least} ${check._zod.def.minimum}`;
    if (check instanceof z.core.$ZodCheckMaxLength) return `${most} ${check._zod.def.maximum}`;
    return [];
  });
  return limits.length === 0 ? "" : ` ${limits.join(" and ")}`;
}
