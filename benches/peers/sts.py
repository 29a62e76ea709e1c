"""Pearson and Spearman of sentence-transformers' cosines with the scores of a file of pairs.

    python -m pip install sentence-transformers scipy
    python benches/peers/sts.py MODEL pairs.csv [COUNT]

The columns are anchor, target and score; COUNT takes that many pairs, evenly spread.
"""

import csv
import json
import sys

from scipy.stats import pearsonr, spearmanr
from sentence_transformers import SentenceTransformer

model = SentenceTransformer(sys.argv[1], device="cpu")
pairs = list(csv.DictReader(open(sys.argv[2], newline="")))
if len(sys.argv) > 3:
    pairs = pairs[:: len(pairs) // int(sys.argv[3])][: int(sys.argv[3])]
texts = sorted({pair[side] for pair in pairs for side in ("anchor", "target")})
vectors = dict(zip(texts, model.encode(texts, normalize_embeddings=True, batch_size=64)))
cosines = [float(vectors[pair["anchor"]] @ vectors[pair["target"]]) for pair in pairs]
scores = [float(pair["score"]) for pair in pairs]
print(
    json.dumps(
        {
            "pearson": float(pearsonr(cosines, scores)[0]),
            "spearman": float(spearmanr(cosines, scores)[0]),
            "pairs": len(pairs),
        }
    )
)
