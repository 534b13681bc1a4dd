// onnxruntime-web: WebAssembly (or WebGPU) in browsers, and WebAssembly in Node.

import * as ort from "onnxruntime-web";
import { ortRuntime } from "./ort.js";

export const webRuntime = ortRuntime("web", ort);
