# Times a detector of PyOD: python pyod_detector.py FOLDER DETECTOR SETTINGS, with the rows of bench/speed-detectors.mjs.
import importlib
import inspect
import random

import numpy as np
import pyod
import torch
from detector_rows import measure, rows

MODULES = {
    "IForest": "iforest",
    "KNN": "knn",
    "LOF": "lof",
    "PCA": "pca",
    "ECOD": "ecod",
    "COPOD": "copod",
    "OCSVM": "ocsvm",
    "AutoEncoder": "auto_encoder",
    "VAE": "vae",
    "DeepSVDD": "deep_svdd",
    "ALAD": "alad",
    "DevNet": "devnet",
}

name, settings, train, test, known, labels, seed = rows()
torch.set_num_threads(1)
random.seed(seed)
np.random.seed(seed)
torch.manual_seed(seed)
maker = getattr(importlib.import_module(f"pyod.models.{MODULES[name]}"), name)
taken = inspect.signature(maker.__init__).parameters
quiet = {"random_state": seed, "random_seed": seed, "verbose": 0}
detector = maker(**{key: value for key, value in quiet.items() if key in taken}, **settings)
told = (train, known) if name == "DevNet" else (train,)
measure(f"pyod {pyod.__version__}", name, lambda: detector.fit(*told), lambda: detector.decision_function(test), labels)
