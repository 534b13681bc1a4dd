// The one seam to ONNX Runtime: open a model, run it, close it. Everything above knows only this.

import type { Tensor } from "../tensor/tensor.js";

export type Device = "cpu" | "webgpu";

export interface SessionOptions {
  /** Threads inside one operator, 1 or more. */
  readonly threads?: number;
  readonly device?: Device;
}

export type Feeds = Readonly<Record<string, Tensor>>;
export type Fetches = Record<string, Tensor>;

export interface RunOptions {
  readonly give?: boolean;
  readonly only?: readonly string[];
}

export interface Session {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /**
   * Runs the model once. With `give`, the memory of the feeds may pass to the session and must not be used afterwards.
   * A session runs one call at a time; calls made meanwhile wait. `only`: the outputs wanted, all when left out.
   */
  run(feeds: Feeds, options?: RunOptions): Promise<Fetches>;
  close(): Promise<void>;
}

export interface Runtime {
  readonly name: string;
  open(model: Uint8Array, options?: SessionOptions): Promise<Session>;
}
