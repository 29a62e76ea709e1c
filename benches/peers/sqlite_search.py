"""Keyword search with SQLite FTS5 over patents given as JSON lines: sqlite_search.py PATENTS QUERIES."""

import json
import re
import sqlite3
import sys
import time

patents, queries = sys.argv[1:3]
database = sqlite3.connect(":memory:")
database.execute("create virtual table patents using fts5(number, title, abstract, claims, description, tokenize='porter')")
with open(patents) as file:
    for line in file:
        patent = json.loads(line)
        texts = (
            patent["number"],
            patent.get("title", ""),
            patent.get("abstract", ""),
            "\n".join(claim["text"] for claim in patent.get("claims", [])),
            "\n".join(paragraph["text"] for paragraph in patent.get("description", [])),
        )
        database.execute("insert into patents values (?, ?, ?, ?, ?)", texts)
times = []
with open(queries) as file:
    lines = file.read().splitlines()
for round in range(3):
    for line in lines:
        words = " OR ".join(re.findall(r"\w+", line))
        start = time.perf_counter()
        database.execute(
            "select number, snippet(patents, -1, '[', ']', '...', 40) from patents where patents match ? "
            "order by bm25(patents, 0, 3, 2, 1.5, 1) limit 10",
            (words,),
        ).fetchall()
        if round:
            times.append(1000 * (time.perf_counter() - start))
times.sort()
print(json.dumps({"p50_ms": times[len(times) // 2], "p99_ms": times[(len(times) - 1) * 99 // 100], "queries": len(times)}))
