"""Encodes texts with sentence-transformers: MODEL TEXTS SET COUNT BATCH THREADS."""

import json
import resource
import sys
import time

import torch
from sentence_transformers import SentenceTransformer

model, texts, name, count, batch, threads = sys.argv[1:7]
torch.set_num_threads(int(threads))
encoder = SentenceTransformer(model, device="cpu")
encoder.max_seq_length = 512
with open(texts) as file:
    chosen = json.load(file)[name][: int(count)]
tokens = sum(min(512, len(ids)) for ids in encoder.tokenizer(chosen)["input_ids"])
encoder.encode(chosen[:2])
start = time.perf_counter()
encoder.encode(chosen, batch_size=int(batch))
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"seconds": seconds, "tokens": tokens, "texts": len(chosen), "peak_mb": peak}))
