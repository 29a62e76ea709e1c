"""Nearest patents by TF-IDF, the yardstick of the evaluations.

    python -m pip install scikit-learn
    python benches/peers/tfidf.py related.jsonl related.tsv > tfidf.run     a TREC run
    python benches/peers/tfidf.py cpc-knn.jsonl --sample 2000               how often neighbours share a class

Title and abstract; sublinear term frequencies, words and pairs of words of two patents at least, English stop words
left out. Patents with the query's abstract are no neighbours.
"""

import argparse
import json

import numpy
from sklearn.feature_extraction.text import TfidfVectorizer

parser = argparse.ArgumentParser()
parser.add_argument("patents")
parser.add_argument("queries", nargs="?")
parser.add_argument("--sample", type=int)
arguments = parser.parse_args()

patents = [json.loads(line) for line in open(arguments.patents)]
labels = [{c["symbol"][:4] for c in p.get("cpc", [])} or {c[:4] for c in p.get("ipc", [])} for p in patents]
labels = [{label for label in own if label[0] != "Y"} for own in labels]
if arguments.sample:
    kept = [at for at, own in enumerate(labels) if own and (patents[at]["title"] or patents[at]["abstract"])]
    patents, labels = [patents[at] for at in kept], [labels[at] for at in kept]
vectorizer = TfidfVectorizer(sublinear_tf=True, min_df=2, ngram_range=(1, 2), stop_words="english")
matrix = vectorizer.fit_transform(f"{p['title']} {p['abstract']}" for p in patents).astype(numpy.float32)
transposed = matrix.T.tocsr()


def nearest(at, count):
    scores = (matrix[at] @ transposed).toarray()[0]
    own = patents[at]["abstract"]
    order = numpy.argsort(-scores, kind="stable")[: count + 50]
    order = [o for o in order if o != at and not (own and patents[o]["abstract"] == own)]
    return [(o, scores[o]) for o in order[:count] if scores[o] > 0]


if arguments.sample:
    step = len(patents) // min(arguments.sample, len(patents))
    queries = range(0, len(patents), step)[: arguments.sample]
    shares = [[bool(labels[o] & labels[at]) for o, _ in nearest(at, 10)] for at in queries]
    first = sum(bool(share and share[0]) for share in shares) / len(shares)
    ten = sum(sum(share) / 10 for share in shares) / len(shares)
    print(json.dumps({"patents": len(patents), "queries": len(shares), "p@1": first, "p@10": ten}))
else:
    places = {p["number"]: at for at, p in enumerate(patents)}
    for line in open(arguments.queries):
        id, number = line.rstrip("\n").split("\t")
        for rank, (other, score) in enumerate(nearest(places[number], 200), 1):
            print(id, "Q0", patents[other]["number"], rank, 201 - rank, "tfidf")
