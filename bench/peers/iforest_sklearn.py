# AUROC and average precision of scikit-learn's IsolationForest on ADBench files: python iforest_sklearn.py FILE.npz...
# Protocol: at most 10,000 rows; 70 % of each class trains, anomalies included but unlabelled; the other 30 % is scored.
# Prints one JSON line per file and seed.
import argparse
import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.ensemble import IsolationForest
from sklearn.metrics import average_precision_score, roc_auc_score

MAX_ROWS = 10_000


def split(x, y, seed):
    """Training rows, test rows and test labels, stratified, min-max scaled by the training rows."""
    random = np.random.RandomState(seed)
    if len(y) > MAX_ROWS:
        keep = random.choice(len(y), MAX_ROWS, replace=False)
        x, y = x[keep], y[keep]
    train, test = [], []
    for label in (0, 1):
        rows = random.permutation(np.flatnonzero(y == label))
        cut = int(round(0.7 * len(rows)))
        train.append(rows[:cut])
        test.append(rows[cut:])
    train, test = random.permutation(np.concatenate(train)), np.concatenate(test)
    low, high = x[train].min(0), x[train].max(0)
    width = np.where(high > low, high - low, 1.0)
    return (x[train] - low) / width, (x[test] - low) / width, y[test]


parser = argparse.ArgumentParser()
parser.add_argument("files", nargs="+", type=Path)
parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
args = parser.parse_args()

for file in args.files:
    stored = np.load(file)
    for seed in args.seeds:
        train, test, labels = split(stored["X"].astype(np.float64), stored["y"].astype(int).ravel(), seed)
        scores = -IsolationForest(random_state=seed).fit(train).score_samples(test)  # higher is stranger
        print(
            json.dumps(
                {
                    "peer": f"scikit-learn {sklearn.__version__} IsolationForest",
                    "data": file.stem,
                    "seed": seed,
                    "auroc": round(roc_auc_score(labels, scores), 4),
                    "ap": round(average_precision_score(labels, scores), 4),
                }
            ),
            flush=True,
        )
