# Times a detector of DeepOD: python deepod_detector.py FOLDER DETECTOR SETTINGS, with the rows of bench/speed-detectors.mjs.
import importlib
import importlib.metadata

import torch
from detector_rows import measure, rows

name, settings, train, test, known, labels, seed = rows()
torch.set_num_threads(1)
maker = getattr(importlib.import_module("deepod.models.tabular"), name)
detector = maker(device="cpu", verbose=0, random_state=seed, **settings)
told = (train,) if name == "DeepSVDD" else (train, known)
version = importlib.metadata.version("deepod")
measure(f"deepod {version}", name, lambda: detector.fit(*told), lambda: detector.decision_function(test), labels)
