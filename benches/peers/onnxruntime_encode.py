"""Encodes texts with ONNX Runtime, sorted by length so that padding is small."""

import time

import numpy
import onnxruntime
from texts import BATCH, MODEL, THREADS, report, texts, token_ids

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = THREADS
session = onnxruntime.InferenceSession(f"{MODEL}/model.onnx", options, providers=["CPUExecutionProvider"])
ids = sorted(token_ids(texts()), key=len)


def run(rows):
    """The mean over the tokens, normalised, of each row."""
    width = max(map(len, rows))
    tokens = numpy.ones((len(rows), width), dtype=numpy.int64)
    mask = numpy.zeros((len(rows), width), dtype=numpy.int64)
    for row, values in enumerate(rows):
        tokens[row, : len(values)] = values
        mask[row, : len(values)] = 1
    hidden = session.run(None, {"input_ids": tokens, "attention_mask": mask})[0]
    sums = (hidden * mask[:, :, None]).sum(axis=1)
    return sums / numpy.linalg.norm(sums, axis=1, keepdims=True)


run(ids[:2])
start = time.perf_counter()
for first in range(0, len(ids), BATCH):
    run(ids[first : first + BATCH])
report(time.perf_counter() - start, ids, onnxruntime.__version__)
