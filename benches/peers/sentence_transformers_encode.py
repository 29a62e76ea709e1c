"""Encodes texts with sentence-transformers, which sorts by length itself."""

import time

import sentence_transformers
import torch
from texts import BATCH, LIMIT, MODEL, THREADS, report, texts, token_ids

torch.set_num_threads(THREADS)
encoder = sentence_transformers.SentenceTransformer(MODEL, device="cpu")
encoder.max_seq_length = LIMIT
chosen = texts()
encoder.encode(chosen[:2])
start = time.perf_counter()
encoder.encode(chosen, batch_size=BATCH, show_progress_bar=False)
report(time.perf_counter() - start, token_ids(chosen), sentence_transformers.__version__)
