"""Keyword search with bm25s, stemmed: the numbers of the best ten, without their passages."""

import json

import bm25s
import Stemmer
from queries import fields, patents, percentiles, queries

stemmer = Stemmer.Stemmer("english")


def tokens(texts):
    return bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)


index = bm25s.BM25()
index.index(tokens(["\n".join(fields(patent)) for patent in patents()]), show_progress=False)


def search(query):
    return index.retrieve(tokens([query]), k=10, show_progress=False, n_threads=1)


print(json.dumps({"keyword": percentiles(search, queries()), "version": bm25s.__version__}))
