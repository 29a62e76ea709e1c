"""Encodes texts with ONNX Runtime, sorted by length so that padding is small, then one query of 20 tokens.

With a seventh argument, the name of a quantised model beside model.onnx, it encodes with that one, and gives the
least cosine to what model.onnx makes of the texts.
"""

import sys
import time

import numpy
import onnxruntime
from texts import BATCH, MODEL, THREADS, peak_mb, report, texts, token_ids

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = THREADS


def load(name):
    return onnxruntime.InferenceSession(f"{MODEL}/{name}.onnx", options, providers=["CPUExecutionProvider"])


quantised = sys.argv[7:8]
session = load(*(quantised or ["model"]))
ids = sorted(token_ids(texts()), key=len)


def run(rows, session=session):
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


def batches(session):
    return [run(ids[first : first + BATCH], session) for first in range(0, len(ids), BATCH)]


run(ids[:2])
start = time.perf_counter()
vectors = batches(session)
seconds = time.perf_counter() - start
peak = peak_mb()
times = []
for _ in range(60):
    start = time.perf_counter()
    run([ids[0][:20]])
    times.append(1000 * (time.perf_counter() - start))
figures = {"peak_mb": peak, "query": {"p50_ms": float(numpy.median(times))}}
if quantised:
    products = numpy.concatenate(vectors) * numpy.concatenate(batches(load("model")))
    figures["cosine"] = float(products.sum(axis=1).min())
report(seconds, ids, onnxruntime.__version__, **figures)
