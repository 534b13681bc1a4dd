"""What TensorBoard reads of a folder of event files, as JSON: by the reader that scripts use, and by the one behind its pages.

usage: tensorboard.py FOLDER
"""

import json
import sys

sys.path.pop(0)  # this folder, where this file would be taken for the package
from tensorboard.backend.event_processing import event_accumulator, plugin_event_accumulator
from tensorboard.util import tensor_util

folder = sys.argv[1]
everything = {"scalars": 0, "histograms": 0, "images": 0, "tensors": 0}

scripts = event_accumulator.EventAccumulator(folder, size_guidance=everything)
scripts.Reload()
pages = plugin_event_accumulator.EventAccumulator(folder, size_guidance=everything)
pages.Reload()


def shown(tag):
    plugin = pages.SummaryMetadata(tag).plugin_data.plugin_name
    arrays = [(event.step, event.wall_time, tensor_util.make_ndarray(event.tensor_proto)) for event in pages.Tensors(tag)]
    if plugin == "images":
        values = [[step, time, int(array[0]), int(array[1]), array[2].hex()] for step, time, array in arrays]
    else:
        values = [[step, time, array.tolist()] for step, time, array in arrays]
    return {"plugin": plugin, "values": values}


def fields(histogram):
    names = ["min", "max", "num", "sum", "sum_squares", "bucket_limit", "bucket"]
    return {name: getattr(histogram, name) for name in names}


tags = scripts.Tags()
print(
    json.dumps(
        {
            "scalars": {tag: [[e.step, e.wall_time, e.value] for e in scripts.Scalars(tag)] for tag in tags["scalars"]},
            "histograms": {
                tag: [[e.step, fields(e.histogram_value)] for e in scripts.Histograms(tag)] for tag in tags["histograms"]
            },
            "images": {
                tag: [[e.step, e.width, e.height, e.encoded_image_string.hex()] for e in scripts.Images(tag)]
                for tag in tags["images"]
            },
            "pages": {tag: shown(tag) for tag in pages.Tags()["tensors"]},
        }
    )
)
