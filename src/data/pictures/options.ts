// What may be asked of the readers of pictures, and what they answer.

import type { Table } from "../table.js";

/** How a picture fills a size of another shape: `none` leaves out pictures of another size, the others resize. */
export type Fit = "stretch" | "cover" | "contain" | "none";

export interface PictureOptions {
  /** Both or neither; where absent, the size that all pictures have, or the commonest. */
  readonly height?: number;
  readonly width?: number;
  /** Where no size is given: the commonest one is reduced, its shape kept, to at most about so many pixels, and to sides that 4 divides. */
  readonly mostArea?: number;
  /** `auto` (the default) is grey where every picture is. Grey is 0.299 R + 0.587 G + 0.114 B. */
  readonly colour?: "auto" | "grey" | "colour";
  /** `stretch` (the default) keeps everything; `cover` crops around the centre; `contain` adds black bars. */
  readonly fit?: Fit;
  /** The labels of an IDX file, where they do not lie beside it under their usual name. */
  readonly labels?: string;
  /** The first file that cannot be read is an error. Otherwise it is skipped, and only if all are bad is that one. */
  readonly strict?: boolean;
  /** Files with more pixels are not opened; 64 million by default. */
  readonly mostPixels?: number;
  /** Keep decoded pixels in the cache folder; by default from 100 files on. */
  readonly cache?: boolean;
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
  /** Ends the reading with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Skipped {
  readonly file: string;
  /** What it is instead of a picture that can be used: "a zip archive". */
  readonly why: string;
  /** Nothing is wrong with it but its size, and `fit` is `none`. */
  readonly otherSize?: boolean;
}

export interface PicturesRead {
  /**
   * `pictures`, and beside them the category columns that the source has: `class`, `split` (train, test, …), and `mask`, the path of the
   * file that marks the anomalous pixels (missing where there is none).
   */
  readonly table: Table;
  /** What the source was taken for: "a folder of classes". */
  readonly layout: string;
  /** Classes that are normal by their names: "good", "normal", "ok". */
  readonly normal: readonly string[];
  /** What was chosen or converted, each once. */
  readonly notes: readonly string[];
  readonly skipped: readonly Skipped[];
}

export const MOST_PIXELS = 64_000_000;
