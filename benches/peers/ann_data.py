"""Makes passages' vectors that are as hard to search as embeddings of patents, queries, and the true neighbours.

Arguments: directory, points, queries. Written are, row by row in little-endian:

    points.f32     points x 768, five passages a patent, normalised
    queries.f32    queries x 768
    luck.f32       a number from 0 to 1 for each patent: a filter of selectivity s lets through what is below s
    truth-N-S.u32  per query the ten nearest of the first N points that a filter of selectivity S lets through

A point is the sum of the collection's mean, its topic, its patent and its own part, each a Gaussian whose
variances fall like those of the principal axes of all-mpnet-base-v2's embeddings of 1,754 real passages:
mean 0.2, axis k in proportion to (k + 4)^-1.1, cosine 0.8 between passages of a patent.
"""

import os
import sys

import numpy

DIMENSION = 768
PASSAGES = 5
PATENTS_A_TOPIC = 40
HITS = 10
SELECTIVITIES = ["1", "0.5", "0.1", "0.01", "0.001"]
CHUNK = 10_000
MEAN, TOPIC, PATENT, OWN = 0.2, 0.25, 0.35, 0.2

directory, points, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random = numpy.random.default_rng(20261124)
axes = numpy.linalg.qr(random.standard_normal((DIMENSION, DIMENSION)))[0].astype(numpy.float32)
variances = (numpy.arange(DIMENSION) + 4.0) ** -1.1
deviations = numpy.sqrt(variances / variances.sum()).astype(numpy.float32)
mean = MEAN**0.5 * numpy.linalg.qr(random.standard_normal((DIMENSION, 1)))[0].ravel()


def draw(rows, variance):
    return variance**0.5 * deviations * random.standard_normal((rows, DIMENSION), dtype=numpy.float32)


def unit(vectors):
    vectors = (vectors @ axes + mean).astype(numpy.float32)
    return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)


patents = points // PASSAGES
topics = draw(max(patents // PATENTS_A_TOPIC, 1), TOPIC)


def centres(rows):
    return topics[random.integers(len(topics), size=rows)] + draw(rows, PATENT)


class Best:
    """The nearest of all points that were shown so far."""

    def __init__(self):
        self.scores = numpy.full((count, HITS), -2, dtype=numpy.float32)
        self.rows = numpy.full((count, HITS), 2**32 - 1, dtype=numpy.uint32)

    def show(self, scores, rows):
        scores = numpy.hstack([self.scores, scores])
        rows = numpy.hstack([self.rows, numpy.broadcast_to(rows, (count, len(rows)))])
        order = numpy.argsort(-scores, axis=1, kind="stable")[:, :HITS]
        self.scores = numpy.take_along_axis(scores, order, axis=1)
        self.rows = numpy.take_along_axis(rows, order, axis=1)


def write(name, rows):
    rows.tofile(os.path.join(directory, name))


luck = random.random(patents, dtype=numpy.float32)
write("luck.f32", luck)
# Queries are passages of patents that are not in the index, or, half of them, of one that is.
asked, queries = [], None
best = {selectivity: Best() for selectivity in SELECTIVITIES}
with open(os.path.join(directory, "points.f32"), "wb") as out:
    for start in range(0, points, CHUNK):
        here = centres(min(CHUNK, points - start) // PASSAGES)
        if queries is None:
            known = here[random.integers(len(here), size=count // 2)]
            queries = numpy.vstack([known, centres(count - len(known))])
            queries = unit(queries + draw(count, OWN))
            write("queries.f32", queries)
        rows = unit(numpy.repeat(here, PASSAGES, axis=0) + draw(len(here) * PASSAGES, OWN))
        rows.tofile(out)
        scores = queries @ rows.T
        numbers = numpy.arange(start, start + len(rows), dtype=numpy.uint32)
        chances = numpy.repeat(luck[start // PASSAGES :][: len(here)], PASSAGES)
        for selectivity, nearest in best.items():
            allowed = chances < float(selectivity)
            nearest.show(scores[:, allowed], numbers[allowed])
        end = start + len(rows)
        if end in (10_000, 50_000, 200_000) or end == points:
            for selectivity, nearest in best.items():
                write(f"truth-{end}-{selectivity}.u32", nearest.rows)
