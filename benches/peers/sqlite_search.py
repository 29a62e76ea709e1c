"""Keyword search with SQLite FTS5, with the weights and the snippet that a searcher would ask for."""

import json
import re
import sqlite3

from queries import fields, patents, percentiles, queries

database = sqlite3.connect(":memory:")
database.execute(
    "create virtual table patents using fts5(number, title, abstract, claims, description, tokenize='porter')"
)
for patent in patents():
    database.execute("insert into patents values (?, ?, ?, ?, ?)", (patent["number"], *fields(patent)))


def search(query):
    words = " OR ".join(re.findall(r"\w+", query))
    statement = (
        "select number, snippet(patents, -1, '[', ']', '...', 40) from patents where patents match ? "
        "order by bm25(patents, 0, 3, 2, 1.5, 1) limit 10"
    )
    return database.execute(statement, (words,)).fetchall()


print(json.dumps({"keyword": percentiles(search, queries()), "version": sqlite3.sqlite_version}))
