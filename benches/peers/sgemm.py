"""The machine's own limit: tokens/s if the model were its matrix products alone, at numpy's sgemm speed.

A token passes, in each of 12 layers, four products with 768 x 768 and two with 768 x 3072, and in attention
two products with as many rows as the text has tokens: 12 * (2 * (4 * 768 * 768 + 2 * 768 * 3072) + 4 * n * 768)
floating-point operations for a text of n tokens.
"""

import json
import sys
import time

import numpy

tokens = int(sys.argv[1])
a = numpy.random.rand(tokens, 768).astype(numpy.float32)
b = numpy.random.rand(768, 768).astype(numpy.float32)
a @ b
best = float("inf")
for _ in range(5):
    start = time.perf_counter()
    for _ in range(200):
        a @ b
    best = min(best, (time.perf_counter() - start) / 200)
flops = 2 * tokens * 768 * 768 / best
token = 12 * (2 * (4 * 768 * 768 + 2 * 768 * 3072) + 4 * tokens * 768)
print(json.dumps({"gflops": flops / 1e9, "tokens_per_second": flops / token}))
