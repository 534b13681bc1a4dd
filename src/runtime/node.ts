// onnxruntime-node on the calling thread. `run` blocks that thread; `workerRuntime` is for callers who mind.

import "./no-telemetry.js";
import * as ort from "onnxruntime-node";
import { ortRuntime } from "./ort.js";

export const nodeRuntime = ortRuntime("node", ort);
