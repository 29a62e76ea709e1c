"""Writes judgements and a run that look random, and what trec_eval says of them through ir_measures.

    python -m pip install ir_measures
    python benches/peers/trec_eval.py crates/analysis/tests/trec

Relevance is graded, some scores tie, one query is not answered and one was not judged.
"""

import random
import sys
from pathlib import Path

import ir_measures
from ir_measures import AP, RR, R, nDCG

folder = Path(sys.argv[1])
draw = random.Random(9)
judgements, run = [], []
for query in range(1, 13):
    documents = [f"US{draw.randrange(10**6, 10**7)}B2" for _ in range(120)]
    for document in draw.sample(documents, 25):
        judgements.append(f"q{query} 0 {document} {draw.choice([-1, 0, 0, 1, 1, 2, 3])}")
    judgements.append(f"q{query} 0 US{query}A1 1")
    if query != 7:
        for rank, document in enumerate(draw.sample(documents, 110), 1):
            run.append(f"q{query} Q0 {document} {rank} {draw.randrange(60) / 4} random")
run.append("q99 Q0 US1A1 1 1.0 random")
(folder / "qrels.txt").write_text("\n".join(judgements) + "\n")
(folder / "random.run").write_text("\n".join(run) + "\n")

measures = {"ndcg@10": nDCG @ 10, "recall@10": R @ 10, "recall@100": R @ 100, "map": AP, "mrr": RR}
qrels = list(ir_measures.read_trec_qrels(str(folder / "qrels.txt")))
ranked = list(ir_measures.read_trec_run(str(folder / "random.run")))
evaluator = ir_measures.evaluator(list(measures.values()), qrels)
values = {(metric.query_id, metric.measure): metric.value for metric in evaluator.iter_calc(ranked)}
means = evaluator.calc_aggregate(ranked)
queries = sorted({query for query, _ in values})
with open(folder / "expected.csv", "w") as out:
    print("query", *measures, sep=",", file=out)
    for query in queries:
        print(query, *(f"{values[query, measure]:.6f}" for measure in measures.values()), sep=",", file=out)
    print("all", *(f"{means[measure]:.6f}" for measure in measures.values()), sep=",", file=out)
