# What scikit-learn and PyOD score on bundled ADBench sets: the numbers in test/accuracy/classical.json.
# Every second normal row trains; the others and all anomalies are scored. Columns are standardised by the training rows; one
# that is constant there becomes 0 for that value and 1 for any other, as in Oddity.
#   .venv/bin/python bench/peers/classical_scores.py datasets/adbench/{6_cardio,38_thyroid,30_satellite}.npz > test/accuracy/classical.json
import json
import sys
from pathlib import Path

import numpy as np
import pyod
import sklearn
from pyod.models.copod import COPOD
from pyod.models.ecod import ECOD
from pyod.models.knn import KNN
from pyod.models.ocsvm import OCSVM
from sklearn.covariance import EmpiricalCovariance, LedoitWolf
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import LocalOutlierFactor

EVERY = 20  # of the scored rows these are written out


def one_at_a_time(detector, train, rows):
    """PyOD's ECOD and COPOD count the rows of a batch among the training rows: a row's own score is that of a batch of one.
    That takes long, so only the rows that are written out are scored; there is no AUROC then."""
    fitted = detector.fit(train)
    scores = np.full(len(rows), np.nan)
    for i in range(0, len(rows), EVERY):
        scores[i] = fitted.decision_function(rows[i : i + 1])[0]
    return scores


def lof(train, rows):
    return -LocalOutlierFactor(n_neighbors=20, novelty=True).fit(train).score_samples(rows)


def ocsvm(train, rows):
    svm = OCSVM(nu=0.5, gamma="scale").fit(train).detector_
    return 1 - (svm.decision_function(rows) + svm.offset_) / (0.5 * len(train))  # 1 - weighted kernels, weights of sum 1


# ours, its parameters, theirs
contenders = [
    ("knn", {"distance": "largest"}, lambda t, x: KNN(n_neighbors=5, method="largest").fit(t).decision_function(x)),
    ("knn", {"distance": "mean"}, lambda t, x: KNN(n_neighbors=5, method="mean").fit(t).decision_function(x)),
    ("lof", {"duplicates": "apart"}, lof),
    ("pca", {"shrinkage": "none"}, lambda t, x: EmpiricalCovariance().fit(t).mahalanobis(x)),
    ("pca", {"shrinkage": "ledoit-wolf"}, lambda t, x: LedoitWolf().fit(t).mahalanobis(x)),
    ("ecod", {"combine": "columns"}, lambda t, x: one_at_a_time(ECOD(), t, x)),
    ("copod", {"combine": "columns"}, lambda t, x: one_at_a_time(COPOD(), t, x)),
    ("ocsvm", {}, ocsvm),
]

runs = []
for path in map(Path, sys.argv[1:]):
    stored = np.load(path)
    x, y = stored["X"].astype(float), stored["y"].astype(int).ravel()
    normal = np.flatnonzero(y == 0)
    train, test = normal[::2], np.sort(np.concatenate([normal[1::2], np.flatnonzero(y == 1)]))
    mean, deviation = x[train].mean(0), x[train].std(0)
    varies = x[train].max(0) > x[train].min(0)
    scale = lambda rows: np.where(varies, (x[rows] - mean) / np.where(varies, deviation, 1), x[rows] != x[train][0])
    for detector, parameters, score in contenders:
        scores = score(scale(train), scale(test))
        runs.append(
            {
                "file": path.name,
                "detector": detector,
                "parameters": parameters,
                "auroc": None if np.isnan(scores).any() else round(float(roc_auc_score(y[test], scores)), 6),
                "scores": [float(f"{s:.7g}") for s in scores[::EVERY]],
            }
        )
print(json.dumps({"peers": f"PyOD {pyod.__version__}, scikit-learn {sklearn.__version__}", "every": EVERY, "runs": runs}, separators=(",", ":")))
