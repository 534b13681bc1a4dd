# What pyod_detector.py and deepod_detector.py share: the rows that bench/speed-detectors.mjs wrote, and the line they print.
import contextlib
import io
import json
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score


def rows():
    """Detector, its settings, and the rows: training and test, which training rows are known anomalies, test labels, seed."""
    folder, detector, settings = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
    facts = json.loads((folder / "facts.json").read_text())
    read = lambda name: np.fromfile(folder / f"{name}.f64").reshape(-1, facts["columns"])  # noqa: E731
    known, labels = np.array(facts["known"]), np.array(facts["labels"])
    return detector, settings, read("train"), read("test"), known, labels, facts["seed"]


def measure(name, detector, fit, score, labels):
    """Times both and prints the line."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        started = time.perf_counter()
        fit()
        fitted = time.perf_counter()
        scores = np.asarray(score(), dtype=np.float64).ravel()
        scored = time.perf_counter()
    print(
        json.dumps(
            {
                "library": name,
                "detector": detector,
                "fit": fitted - started,
                "score": scored - fitted,
                "auroc": roc_auc_score(labels, scores),
                "ap": average_precision_score(labels, scores),
            }
        )
    )
