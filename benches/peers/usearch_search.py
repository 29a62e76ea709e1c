"""The nearest ten passages with usearch, on our vectors, f16 as ours, with the same graph parameters."""

import json
import os

import numpy
import usearch
from queries import EXPORT, percentiles, queries
from usearch.index import Index


def numbers(name):
    return numpy.fromfile(os.path.join(EXPORT, name), dtype=numpy.float32)


asked = numbers("queries.f32").reshape(len(queries()), -1)
vectors = numbers("vectors.f32").reshape(-1, asked.shape[1])
index = Index(
    ndim=vectors.shape[1], metric="ip", dtype="f16", connectivity=16, expansion_add=200, expansion_search=128
)
index.add(numpy.arange(len(vectors)), vectors)


def search(query):
    return index.search(query, 10, threads=1).keys


exact = numpy.argsort(-(asked @ vectors.T), axis=1)[:, :10]
found = [len(set(search(query)) & set(best)) for query, best in zip(asked, exact)]
figures = percentiles(search, asked) | {"recall": sum(found) / exact.size}
print(json.dumps({"nearest": figures, "version": usearch.__version__}))
