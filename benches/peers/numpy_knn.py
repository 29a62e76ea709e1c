"""The machine's own limit for nearest neighbours: numpy's sgemm of a block of queries with a block of points.

Nothing is selected of the products, so an exact search that makes them can at best be as quick.
"""

import json
import time

import numpy

queries = numpy.random.rand(1024, 768).astype(numpy.float32)
points = numpy.random.rand(4096, 768).astype(numpy.float32)
scores = numpy.empty((1024, 4096), dtype=numpy.float32)
numpy.matmul(queries, points.T, out=scores)
best = float("inf")
for _ in range(5):
    start = time.perf_counter()
    for _ in range(10):
        numpy.matmul(queries, points.T, out=scores)
    best = min(best, (time.perf_counter() - start) / 10)
print(json.dumps({"gflops": 2 * 1024 * 4096 * 768 / best / 1e9}))
