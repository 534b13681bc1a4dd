# Measures the machine's own f32 matrix-product speed through ONNX Runtime: the yardstick for every other figure.
# Prints one JSON line per thread count and square size, then the best of each thread count.
import json
import statistics
import time

import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper

SIZES = [256, 512, 1024, 2048]
SECONDS = 1.5  # per measurement


def session(n, threads):
    """One MatMul of a fed [n, n] by a constant [n, n]; the constant is packed once, as the weights of a network are."""
    weights = np.random.default_rng(7).standard_normal((n, n), dtype=np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["a", "b"], ["c"])],
        "gemm",
        [helper.make_tensor_value_info("a", TensorProto.FLOAT, [n, n])],
        [helper.make_tensor_value_info("c", TensorProto.FLOAT, [n, n])],
        [helper.make_tensor("b", TensorProto.FLOAT, [n, n], weights.tobytes(), raw=True)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def gflops(n, threads):
    """Median over single products."""
    run = session(n, threads)
    feeds = {"a": np.random.default_rng(8).standard_normal((n, n), dtype=np.float32)}
    times = []
    end = time.perf_counter() + SECONDS
    while len(times) < 5 or time.perf_counter() < end:
        started = time.perf_counter()
        run.run(None, feeds)
        times.append(time.perf_counter() - started)
    return 2 * n**3 / statistics.median(times) / 1e9


for threads in (1, 2):
    speeds = {}
    for n in SIZES:
        speeds[n] = gflops(n, threads)
        print(json.dumps({"work": "f32 gemm", "n": n, "threads": threads, "gflops": round(speeds[n], 1)}), flush=True)
    best = max(speeds, key=speeds.get)
    print(json.dumps({"work": "f32 gemm, best size", "n": best, "threads": threads, "gflops": round(speeds[best], 1)}))
