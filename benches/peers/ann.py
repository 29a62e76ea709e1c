"""Nearest neighbours by usearch, faiss or hnswlib: DIRECTORY POINTS ENGINE TYPE; M = 16, efC = 200 for all."""

import importlib.metadata
import json
import os
import sys
import tempfile
import time

import numpy

DIRECTORY, POINTS, ENGINE, TYPE = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
DIMENSION, HITS, M, EF_CONSTRUCTION, THREADS, ROUNDS = 768, 10, 16, 200, 2, 3
EFS = [16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768]


def rows(name, columns, kind):
    return numpy.memmap(os.path.join(DIRECTORY, name), dtype=kind, mode="r").reshape(-1, columns)


class Usearch:
    def __init__(self):
        import usearch
        from usearch.index import Index

        self.version = usearch.__version__
        self.index = Index(
            ndim=DIMENSION, metric="ip", dtype=TYPE, connectivity=M, expansion_add=EF_CONSTRUCTION
        )

    def add(self, points):
        first = len(self.index)
        self.index.add(numpy.arange(first, first + len(points)), points, threads=THREADS)

    def set_ef(self, ef):
        self.index.expansion_search = ef

    def search(self, queries):
        return self.index.search(queries, HITS, threads=1).keys

    def save(self, path):
        self.index.save(path)


class Faiss:
    def __init__(self):
        import faiss

        self.faiss, self.version = faiss, faiss.__version__
        self.index = faiss.IndexHNSWFlat(DIMENSION, M, faiss.METRIC_INNER_PRODUCT)
        self.index.hnsw.efConstruction = EF_CONSTRUCTION

    def add(self, points):
        self.faiss.omp_set_num_threads(THREADS)
        self.index.add(points)

    def set_ef(self, ef):
        self.faiss.omp_set_num_threads(1)
        self.index.hnsw.efSearch = ef

    def search(self, queries):
        return self.index.search(queries, HITS)[1]

    def save(self, path):
        self.faiss.write_index(self.index, path)


class Hnswlib:
    def __init__(self):
        import hnswlib

        self.version = importlib.metadata.version("hnswlib")
        self.index = hnswlib.Index(space="ip", dim=DIMENSION)
        self.index.init_index(max_elements=POINTS, M=M, ef_construction=EF_CONSTRUCTION)

    def add(self, points):
        self.index.add_items(points, num_threads=THREADS)

    def set_ef(self, ef):
        self.index.set_ef(ef)

    def search(self, queries):
        return self.index.knn_query(queries, HITS, num_threads=1)[0]

    def save(self, path):
        self.index.save_index(path)


def resident():
    """The process's own memory in bytes; pages of mapped files are not counted."""
    with open("/proc/self/status", encoding="utf-8") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))


def recall(found):
    pairs = zip(found.tolist(), truth.tolist())
    return sum(len(set(one) & set(other)) for one, other in pairs) / truth.size


def at(ef):
    """The best of some rounds over all queries in one call, and percentiles of single calls."""
    engine.set_ef(ef)
    whole = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        found = engine.search(queries)
        whole.append(time.perf_counter() - start)
    return {"ef": ef, "recall": recall(found), "qps": len(queries) / min(whole)}


def percentiles():
    times = []
    for query in queries:
        start = time.perf_counter()
        engine.search(query.reshape(1, -1))
        times.append(time.perf_counter() - start)
    return {f"p{part}_ms": float(numpy.percentile(times, part)) * 1000 for part in (50, 99)}


queries = numpy.array(rows("queries.f32", DIMENSION, numpy.float32))
truth = rows(f"truth-{POINTS}-1.u32", HITS, numpy.uint32)
points = rows("points.f32", DIMENSION, numpy.float32)[:POINTS]
engine = {"usearch": Usearch, "faiss": Faiss, "hnswlib": Hnswlib}[ENGINE]()
before, start = resident(), time.perf_counter()
for first in range(0, POINTS, 50_000):
    engine.add(numpy.ascontiguousarray(points[first : first + 50_000]))
figures = {"build_s": time.perf_counter() - start, "version": engine.version}
figures["memory_a_point"] = (resident() - before) / POINTS
with tempfile.NamedTemporaryFile(dir=DIRECTORY) as file:
    engine.save(file.name)
    figures["disk_a_point"] = os.path.getsize(file.name) / POINTS
sweep = []
for ef in EFS:
    sweep.append(at(ef))
    gained = sweep[-1]["recall"] - (sweep[-2]["recall"] if len(sweep) > 1 else 0)
    if sweep[-1]["recall"] >= 0.99 or gained < 0.0005:
        break
figures |= sweep[-1] | percentiles() | {"sweep": sweep}
print(json.dumps(figures))
