"""The command line and the figures that all searchers share: EXPORT QUERIES."""

import json
import os
import sys
import time

EXPORT, QUERIES = sys.argv[1:3]
ROUNDS = 3


def patents():
    """The patents of the index, an object each."""
    with open(os.path.join(EXPORT, "patents.jsonl"), encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def fields(patent):
    """Title, abstract, claims and description as texts."""
    claims = "\n".join(claim["text"] for claim in patent.get("claims", []))
    description = "\n".join(paragraph["text"] for paragraph in patent.get("description", []))
    return patent.get("title", ""), patent.get("abstract", ""), claims, description


def queries():
    """The queries' texts."""
    with open(QUERIES, encoding="utf-8") as lines:
        return lines.read().splitlines()


def percentiles(search, queries):
    """Median and 99th percentile, in milliseconds, over all rounds but the first, which warms up."""
    times = []
    for round in range(ROUNDS):
        for query in queries:
            start = time.perf_counter()
            search(query)
            if round:
                times.append(1000 * (time.perf_counter() - start))
    times.sort()
    last = len(times) - 1
    return {"p50_ms": times[last // 2], "p99_ms": times[last * 99 // 100]}
