// A fitted detector: the bytes of its ONNX file, and a session that scores with them.

import type { Table } from "../data/table.js";
import { type Calibration, pValues } from "../decide/conformal.js";
import { decide, parseRule, printRule, type Rule, threshold } from "../decide/rules.js";
import type { Encoding } from "../encode/encoding.js";
import { feedsOf } from "../encode/program.js";
import { patchOnnx } from "../graph/onnx/read.js";
import type { Host } from "../host/host.js";
import type { Device, Session } from "../runtime/runtime.js";
import { OddityError } from "../tensor/errors.js";
import { THRESHOLD } from "./assemble.js";
import { fromMetadata, type Header, type Metadata, toMetadata } from "./header.js";
import { occlusion } from "./occlusion.js";
import { scoreSeries } from "./series.js";

export interface Scored {
  /** Higher is stranger. */
  readonly score: Float32Array;
  /** Share of normal rows that would score at least as high, from held-out rows. */
  readonly pValue: Float32Array;
  /** 1 where the model's rule flags the row. */
  readonly label: Uint8Array;
  /** Of series: where the window begins that made the score, in the order of time. */
  readonly from?: Uint32Array;
}

export interface OpenOptions {
  readonly host?: Host;
  readonly threads?: number;
  readonly device?: Device;
}

/** What a model of pictures shows. */
export interface Shown {
  /** How strange each pixel is: f32[rows, height, width]. */
  readonly heat: Float32Array;
  /** The pictures as the detector would have them: f32[rows, height, width, channels], 0 to 255. */
  readonly rebuilt: Float32Array | undefined;
}

/** Rows scored in one call of the runtime. */
const BATCH = 4096;
/** Pixels in one call: networks widen them many times on the way. */
const PIXELS = 2 ** 18;

export const rowsAtOnce = ({ picture }: Encoding, most: number): number =>
  picture ? Math.max(1, Math.min(most, Math.floor(PIXELS / (picture.height * picture.width)))) : most;

const VERDICT = ["score", "p_value", "label"];

export class Model {
  readonly bytes: Uint8Array;
  readonly header: Header;
  /** Scores of held-out normal rows, rising; of series those of their points. */
  readonly calibration: Calibration;
  /** What the file's own p-values come from: of series the scores of windows. */
  readonly #inFile: Calibration;
  readonly #session: Session;
  readonly #opened: Required<OpenOptions>;

  private constructor(
    bytes: Uint8Array,
    { header, calibration, points }: Metadata,
    session: Session,
    opened: Required<OpenOptions>,
  ) {
    this.bytes = bytes;
    this.header = header;
    this.calibration = points ?? calibration;
    this.#inFile = calibration;
    this.#session = session;
    this.#opened = opened;
  }

  /** @throws OddityError where the bytes are not a model of ours */
  static async open(
    bytes: Uint8Array,
    place: string,
    { host, threads = 1, device = "cpu" }: OpenOptions = {},
  ): Promise<Model> {
    const metadata = fromMetadata(bytes, place);
    const machine = host ?? (await nodeHost());
    const session = await machine.runtime.open(bytes, { threads, device });
    return new Model(bytes, metadata, session, { host: machine, threads, device });
  }

  /** From which score on a row is flagged. */
  get threshold(): number {
    return this.header.window?.threshold ?? this.header.threshold;
  }

  /**
   * Score, p-value and label of every row. Rows do not influence each other, but for those of series: a model of windows
   * scores the windows over the rows, and a row by the windows that hold it.
   */
  async run(rows: Table): Promise<Scored> {
    const { window } = this.header;
    if (window === undefined) return this.#run(rows);
    const { score, from } = await scoreSeries(rows, window, async (windows) => (await this.#run(windows)).score);
    const p = pValues(this.calibration, score);
    const label = score.map((each) => Number(each >= window.threshold));
    return { score, pValue: Float32Array.from(p), label: Uint8Array.from(label), from };
  }

  /** The rows of the file: of series, windows. */
  async #run(rows: Table): Promise<Scored> {
    const scored = {
      score: new Float32Array(rows.rows),
      pValue: new Float32Array(rows.rows),
      label: new Uint8Array(rows.rows),
    };
    if (rows.rows === 0) throw new OddityError({ place: "rows", expected: "at least one row", got: "none" });
    const { encoding } = this.header;
    const batch = rowsAtOnce(encoding, BATCH);
    for (let first = 0; first < rows.rows; first += batch) {
      const last = Math.min(first + batch, rows.rows);
      const got = await this.#session.run(feedsOf(encoding, rows, first, last), { give: true, only: VERDICT });
      scored.score.set(got.score!.data as Float32Array, first);
      scored.pValue.set(got.p_value!.data as Float32Array, first);
      scored.label.set(Uint8Array.from(got.label!.data as BigInt64Array, Number), first);
    }
    return scored;
  }

  async score(rows: Table): Promise<Float32Array> {
    return (await this.run(rows)).score;
  }

  /** Labels by any rule, the model's own if none is given, with p-values. */
  async decide(
    rows: Table,
    rule: Rule = parseRule(this.header.rule),
  ): Promise<{ labels: Uint8Array; pValues: Float64Array; scores: Float32Array }> {
    const scores = await this.score(rows);
    const p = pValues(this.calibration, scores);
    return { scores, pValues: p, labels: decide(rule, { scores, pValues: p, calibration: this.calibration }) };
  }

  /** The same model with another rule behind its label; nothing is fitted again. */
  async withRule(rule: Rule): Promise<Model> {
    const limit = threshold(rule, this.#inFile);
    if (limit === undefined)
      throw new OddityError(
        {
          place: printRule(rule),
          expected: "a rule with a fixed threshold in a model file",
          got: "one that needs all rows at once",
          hint: "use quantile or false-alarms",
        },
        { usage: true },
      );
    const { window } = this.header;
    const header = {
      ...this.header,
      rule: printRule(rule),
      threshold: limit,
      ...(window ? { window: { ...window, threshold: threshold(rule, this.calibration)! } } : {}),
    };
    const bytes = patchOnnx(this.bytes, {
      metadata: toMetadata(header, this.#inFile, window ? this.calibration : undefined),
      constants: { [THRESHOLD]: limit },
    });
    return Model.open(bytes, "model", this.#opened);
  }

  /**
   * How much each column lifts each row's score: the score less the score with that column at its usual value.
   * Row-major f32[rows, columns], columns in the order of `header.encoding.columns`.
   * @param rows of series: windows, as `windowsAt` cuts them
   */
  async explain(rows: Table): Promise<Float32Array> {
    const { columns } = this.header.encoding;
    const whole = (await this.#run(rows)).score;
    const out = new Float32Array(rows.rows * columns.length);
    for (const [j, column] of columns.entries()) {
      if (isUsual(rows, column)) continue; // of many channels with flags most are
      const without = (await this.#run(withUsual(rows, column))).score;
      for (let i = 0; i < rows.rows; i++) out[i * columns.length + j] = whole[i]! - without[i]!;
    }
    return out;
  }

  /**
   * Where each picture is strange, and what it should look like. A detector without a picture of its own is asked how
   * much the score falls when a patch is covered by the grey of its surroundings.
   */
  async show(rows: Table): Promise<Shown> {
    const { encoding } = this.header;
    const { picture } = encoding;
    if (picture === undefined || rows.pictures === undefined)
      throw new OddityError({ place: "rows", expected: "pictures, and a model of pictures", got: "a table" });
    if (!this.#session.outputs.includes("heat_map"))
      return { heat: await occlusion(rows, (covered) => this.score(covered)), rebuilt: undefined };
    const size = picture.height * picture.width;
    const heat = new Float32Array(rows.rows * size);
    const rebuilt = this.#session.outputs.includes("reconstruction")
      ? new Float32Array(rows.rows * size * picture.channels)
      : undefined;
    const only = ["heat_map", ...(rebuilt ? ["reconstruction"] : [])];
    const batch = rowsAtOnce(encoding, BATCH);
    for (let first = 0; first < rows.rows; first += batch) {
      const last = Math.min(first + batch, rows.rows);
      const got = await this.#session.run(feedsOf(encoding, rows, first, last), { give: true, only });
      heat.set(got.heat_map!.data as Float32Array, first * size);
      rebuilt?.set(got.reconstruction!.data as Float32Array, first * size * picture.channels);
    }
    return { heat, rebuilt };
  }

  /** Writes the ONNX file, whole or not at all. */
  save(path: string, { force = false }: { force?: boolean } = {}): Promise<void> {
    return this.#opened.host.writeModel(path, this.bytes, { force });
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

/** Loaded only where no host was given: a browser always gives one. */
const nodeHost = async (): Promise<Host> => (await import("../host/node.js")).nodeHost;

type ColumnEncoding = Header["encoding"]["columns"][number];

/** What is usual in a column: the median, the commonest level, the only value. */
export function usualValue(column: ColumnEncoding): number | string {
  switch (column.kind) {
    case "category":
      return column.usual;
    case "constant":
      return column.value ?? Number.NaN;
    default:
      return column.fill;
  }
}

/** Whether every row has the usual value of a column already. */
function isUsual(rows: Table, encoding: ColumnEncoding): boolean {
  const column = rows.columns.find(({ name }) => name === encoding.name);
  if (column === undefined || column.kind === "category") return false;
  const usual = Number(usualValue(encoding));
  return column.values.every((value) => value === usual);
}

function withUsual(rows: Table, encoding: ColumnEncoding): Table {
  const usual = usualValue(encoding);
  const columns = rows.columns.map((column) => {
    if (column.name !== encoding.name) return column;
    if (column.kind !== "category") return { ...column, values: new Float64Array(rows.rows).fill(Number(usual)) };
    return { ...column, levels: [String(usual)], codes: new Int32Array(rows.rows).fill(usual === "" ? -1 : 0) };
  });
  return { rows: rows.rows, columns };
}
