# Times PyOD's isolation forest on a CSV, from file to file: read, one-hot, fit on the first rows, score all, write.
# Prints one JSON line with rows per second (scoring alone, and all of it) and the peak memory.
import argparse
import json
import resource
import time

started = time.perf_counter()
import pandas as pd  # noqa: E402
import pyod  # noqa: E402
from pyod.models.iforest import IForest  # noqa: E402

imported = time.perf_counter()
parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True, help="CSV with a header line")
parser.add_argument("--out", default="pyod-scores.csv")
parser.add_argument("--drop", action="append", default=[], help="a column to leave out, as the label; repeatable")
parser.add_argument("--fit-rows", type=int, default=50_000)
parser.add_argument("--seed", type=int, default=7)
args = parser.parse_args()

table = pd.read_csv(args.data).drop(columns=args.drop)
features = pd.get_dummies(table, dtype="float32").fillna(0).to_numpy("float32")
read = time.perf_counter()

forest = IForest(random_state=args.seed)
forest.fit(features[: args.fit_rows])
fitted = time.perf_counter()

scores = forest.decision_function(features)
scored = time.perf_counter()

pd.DataFrame({"score": scores}).to_csv(args.out, index=False)
written = time.perf_counter()

rows = len(features)
print(
    json.dumps(
        {
            "peer": f"pyod {pyod.__version__} IForest",
            "rows": rows,
            "columns": table.shape[1],
            "encoded_columns": features.shape[1],
            "scoring_rows_per_s": round(rows / (scored - fitted)),
            "end_to_end_rows_per_s": round(rows / (written - imported)),
            "import_s": round(imported - started, 2),
            "read_s": round(read - imported, 2),
            "fit_s": round(fitted - read, 2),
            "score_s": round(scored - fitted, 2),
            "write_s": round(written - scored, 2),
            "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }
    )
)
