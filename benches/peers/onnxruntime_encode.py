"""Encodes texts with ONNX Runtime: onnxruntime_encode.py MODEL ONNX TEXTS SET COUNT BATCH THREADS."""

import json
import resource
import sys
import time

import numpy
import onnxruntime
from tokenizers import Tokenizer

model, onnx, texts, name, count, batch, threads = sys.argv[1:8]
tokenizer = Tokenizer.from_file(f"{model}/tokenizer.json")
tokenizer.no_padding()
tokenizer.enable_truncation(512)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = int(threads)
session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
with open(texts) as file:
    chosen = json.load(file)[name][: int(count)]
ids = sorted((encoding.ids for encoding in tokenizer.encode_batch(chosen)), key=len)


def run(rows):
    width = max(map(len, rows))
    tokens = numpy.ones((len(rows), width), dtype=numpy.int64)
    mask = numpy.zeros((len(rows), width), dtype=numpy.int64)
    for row, values in enumerate(rows):
        tokens[row, : len(values)] = values
        mask[row, : len(values)] = 1
    return session.run(None, {"input_ids": tokens, "attention_mask": mask})[0]


run(ids[:2])
start = time.perf_counter()
for first in range(0, len(ids), int(batch)):
    run(ids[first : first + int(batch)])
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"seconds": seconds, "tokens": sum(map(len, ids)), "texts": len(ids), "peak_mb": peak}))
