// Numbers as people read them: thousands separated, as many digits as mean something, units set off by a thin space.
import type { Cell } from "./report.js";

const thinSpace = "\u202f";
const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A whole number: 494,021. */
export const count = (n: number): string => grouped.format(n);

/** "1 row", "2 rows". */
export const counted = (n: number, noun: string, plural = `${noun}s`): string =>
  `${count(n)} ${n === 1 ? noun : plural}`;

/**
 * Whole numbers in full, others to `digits` significant digits; beyond 0.0001 to 10¹⁵ as a power of ten.
 */
export function number(x: number, digits = 4): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "missing" : x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  if (x !== 0 && (size < 1e-4 || size >= 1e15)) return power(x, digits);
  if (Number.isInteger(x)) return signed(count(x));
  const whole = Math.floor(Math.log10(size)) + 1;
  const places = Math.min(20, Math.max(0, digits - whole));
  return signed(new Intl.NumberFormat("en-US", { maximumFractionDigits: places }).format(x));
}

function power(x: number, digits: number): string {
  const [mantissa = "", exponent = "0"] = x.toExponential(Math.max(0, digits - 2)).split("e");
  const raised = [...exponent.replace("+", "")].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)]!)).join("");
  return `${signed(String(Number(mantissa)))} × 10${raised}`;
}

const signed = (text: string) => text.replace(/^-/, "−");

/** "28×28 pixels in grey" (width first, as pictures are named). */
export const pictureWords = ({
  height,
  width,
  channels,
}: {
  height: number;
  width: number;
  channels: number;
}): string => `${width}×${height} pixels in ${channels === 1 ? "grey" : "colour"}`;

/** A share as a percentage to two significant digits: 12 %, 0.034 %; what rounds to all or nothing says so. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 99 && value < 100) return `${value > 99.9 ? "> 99.9" : value.toFixed(1)}${thinSpace}%`;
  return `${number(value, 2)}${thinSpace}%`;
}

/** A time in seconds: 0.4 s, 42 s, 3 min 5 s, 2 h 10 min. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${number(Math.round(seconds * 10) / 10)}${thinSpace}s`;
  const s = Math.round(seconds);
  if (s < 60) return `${s}${thinSpace}s`;
  if (s < 3600) return `${Math.floor(s / 60)}${thinSpace}min ${s % 60}${thinSpace}s`;
  return `${Math.floor(s / 3600)}${thinSpace}h ${Math.floor((s % 3600) / 60)}${thinSpace}min`;
}

/** An ISO time as "22 November 2025, 14:35 UTC"; text that is no time stays as it is. */
export function moment(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(time);
  return `${day}, ${time.toISOString().slice(11, 16)} UTC`;
}

/** A value of the user's data. */
export function cell(value: Cell): string {
  if (value === null) return "missing";
  if (typeof value === "number") return number(value, 6);
  return value === "" ? "(empty)" : value;
}
