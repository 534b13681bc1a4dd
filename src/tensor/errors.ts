// Every failure a user can cause: the place, what was expected, what came, and the way out, as data and as a sentence.

export interface Fault {
  /** Where: a file, an option, `detector.parameter`, a column. */
  readonly place: string;
  readonly expected: string;
  readonly got: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** The user's input is wrong in a way that can be named. `usage` faults end the command line with 2, others with 1. */
export class OddityError extends Error {
  override readonly name = "OddityError";
  readonly fault: Fault;
  readonly usage: boolean;

  constructor(fault: Fault, options: { usage?: boolean; cause?: unknown } = {}) {
    const hint = fault.hint ? `; ${fault.hint}` : "";
    super(`${fault.place}: expected ${fault.expected}, got ${fault.got}${hint}`, { cause: options.cause });
    this.fault = fault;
    this.usage = options.usage ?? false;
  }
}

/** The nearest of the known names, for "did you mean"; undefined when nothing is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const distances = known.map((other) => ({ other, distance: editDistance(name.toLowerCase(), other.toLowerCase()) }));
  distances.sort((a, b) => a.distance - b.distance);
  const best = distances[0];
  // of one letter every other letter is one edit away
  const most = Math.min(name.length - 1, Math.max(1, Math.floor(name.length / 3)));
  return best && best.distance <= most ? best.other : undefined;
}

/** Letters added, left out, changed, or two neighbours swapped (optimal string alignment), one row at a time. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) next[j] = Math.min(next[j]!, before[j - 2]! + 1);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}

/** Refuses an unknown name with the known ones and the nearest of them. */
export function unknownName(place: string, name: string, known: readonly string[]): OddityError {
  const near = nearest(name, known);
  return new OddityError(
    {
      place,
      expected: `one of ${known.join(", ")}`,
      got: `"${name}"`,
      ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
    },
    { usage: true },
  );
}

/** The first line of what went wrong, without the name of the error class in front. */
export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!.replace(/^[A-Z][\w ]*Error: /, "");

/** The one of a list with this id. @throws OddityError that names the known ones and the nearest */
export function withId<T extends { readonly id: string }>(place: string, id: string, list: readonly T[]): T {
  const found = list.find((each) => each.id === id);
  if (found) return found;
  throw unknownName(
    place,
    id,
    list.map((each) => each.id),
  );
}
