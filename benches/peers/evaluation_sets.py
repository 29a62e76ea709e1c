"""Makes patents, queries and judgements of the shared evaluation sets, for `priorart index` and `priorart eval`.

    python benches/peers/evaluation_sets.py ../shared/data/evaluation FOLDER [--related QUERIES DISTRACTORS]

FOLDER/cpc-knn.jsonl      21,179 patents with title, abstract and classes
FOLDER/nuclear.jsonl      its grants on nuclear power, with the citations among them as nuclear.tsv, nuclear.qrels
FOLDER/patsnap.jsonl      its patents of the patsnap collection, likewise
FOLDER/related.jsonl      patents with pairs that name one another in the text, likewise; with --related a sample of
                          the queries, all that they ought to find, and so many others
FOLDER/related-apart.qrels   the pairs of related that have another title, too: no continuations

Pairs with the same abstract are left out everywhere.
"""

import argparse
import csv
import gzip
import json
import random
import re
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("sets", type=Path)
parser.add_argument("folder", type=Path)
parser.add_argument("--related", type=int, nargs=2)
arguments = parser.parse_args()
arguments.folder.mkdir(parents=True, exist_ok=True)


def number(text):
    """The number under which a patent is indexed; the sets write US numbers with and without the country."""
    compact = text.replace("-", "")
    american = re.match(r"(US)?([0-9]+)", compact)
    return "US" + american[2] if american else compact


def patents(name):
    rows = {}
    with gzip.open(arguments.sets / name / "patents.jsonl.gz", "rt") as lines:
        for line in lines:
            row = json.loads(line)
            rows.setdefault(number(row["id"]), row)
    return rows


def pairs(name):
    with open(arguments.sets / name / "pairs.tsv", newline="") as lines:
        return list(csv.DictReader((line.lstrip("#") for line in lines), delimiter="\t"))


def write_patents(name, rows):
    with open(arguments.folder / f"{name}.jsonl", "w") as out:
        for id, row in rows.items():
            patent = {"number": id, "title": row["title"], "abstract": row["abstract"]}
            if row.get("scheme") == "cpc":
                patent["cpc"] = [{"symbol": code, "inventive": True} for code in row["codes"]]
            elif "codes" in row:
                patent["ipc"] = row["codes"]
            print(json.dumps(patent), file=out)


def write_judged(name, rows, cited):
    """Queries, and what each cites, where both are there and their abstracts differ."""
    there = sorted({(a, b) for a, b in cited if a in rows and b in rows})
    kept = [(a, b) for a, b in there if a != b and rows[a]["abstract"] != rows[b]["abstract"]]
    with open(arguments.folder / f"{name}.qrels", "w") as out:
        out.writelines(f"{a} 0 {b} 1\n" for a, b in kept)
    with open(arguments.folder / f"{name}.tsv", "w") as out:
        out.writelines(f"{a}\t{a}\n" for a in sorted({a for a, _ in kept}))
    print(name, len(rows), "patents", len({a for a, _ in kept}), "queries", len(kept), "pairs")


classified = patents("cpc-knn")
write_patents("cpc-knn", classified)
citations = pairs("citations")
for name, cited_in, source in [("nuclear", "jinops-nuclear", "jinops-grant"), ("patsnap", "patsnap", "patsnap")]:
    rows = {id: row for id, row in classified.items() if row["src"] == source}
    write_patents(name, rows)
    cited = [(number(pair["citing"]), number(pair["cited"])) for pair in citations if pair["set"] == cited_in]
    write_judged(name, rows, cited)

rows, related = patents("related"), pairs("related")
of = lambda pair: (number(pair["citing"]), number(pair["cited"]))
if arguments.related:
    draw = random.Random(9)
    queries, distractors = arguments.related
    citing = sorted({of(pair)[0] for pair in related if pair["same_abstract"] == "0"})
    taken = set(draw.sample(citing, min(queries, len(citing))))
    related = [pair for pair in related if of(pair)[0] in taken]
    wanted = {id for pair in related for id in of(pair)}
    others = draw.sample(sorted(set(rows) - wanted), distractors)
    rows = {id: rows[id] for id in sorted(wanted) + others if id in rows}
write_patents("related", rows)
write_judged("related-apart", rows, [of(pair) for pair in related if pair["same_title"] == "0"])
write_judged("related", rows, [of(pair) for pair in related])
