# Scores a CSV, or pictures u8[rows, height, width, channels] in a .npy file, with a detector's ONNX file in onnxruntime
# for Python: raw columns or pixels in, nothing else needed.
# Usage: python score_onnx.py MODEL.onnx DATA.csv|DATA.npy OUT.csv
import csv
import sys

import numpy as np
import onnx
import onnxruntime as ort


def check(model_path):
    """Raises when the file breaks the ONNX standard, types and shapes included."""
    onnx.checker.check_model(model_path, full_check=True)


def score(model_path, columns):
    """{"score", "p_value", "label"}: one array per output, one entry per row; columns maps a name to its texts."""
    session = ort.InferenceSession(model_path, providers=["CPUExecutionProvider"])
    feeds = {}
    for wanted in session.get_inputs():  # one [rows, 1] tensor per raw column; an empty field is a missing value
        texts = columns[wanted.name.removeprefix("raw:")]  # before names that the graph uses itself
        values = texts if wanted.type == "tensor(string)" else [float(t) if t else np.nan for t in texts]
        feeds[wanted.name] = np.array(values, object if values is texts else np.float64).reshape(-1, 1)
    return run(session, feeds)


def score_pictures(model_path, pictures):
    """The same for pictures, u8[rows, height, width, channels]; "heat_map" and "reconstruction" besides."""
    return run(ort.InferenceSession(model_path, providers=["CPUExecutionProvider"]), {"picture": pictures})


def run(session, feeds):
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds)))


if __name__ == "__main__":
    model_path, data_path, out_path = sys.argv[1:]
    check(model_path)
    if data_path.endswith(".npy"):
        result = score_pictures(model_path, np.load(data_path))
    else:
        with open(data_path, newline="", encoding="utf-8-sig") as file:
            header, *rows = csv.reader(file)
        result = score(model_path, dict(zip(header, zip(*rows))))
    with open(out_path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["score", "p_value", "label"])
        writer.writerows(zip(*(result[name].tolist() for name in ["score", "p_value", "label"])))
