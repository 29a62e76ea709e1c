"""Encodes texts with fastembed, on the same exported model."""

import time

import fastembed
from fastembed.common.model_description import ModelSource, PoolingType
from texts import BATCH, LIMIT, MODEL, THREADS, report, texts, token_ids

NAME = "local/model"
fastembed.TextEmbedding.add_custom_model(
    model=NAME,
    pooling=PoolingType.MEAN,
    normalization=True,
    sources=ModelSource(hf=NAME),
    dim=768,
    model_file="model.onnx",
)
encoder = fastembed.TextEmbedding(NAME, specific_model_path=MODEL, threads=THREADS)
encoder.model.tokenizer.enable_truncation(LIMIT)
chosen = texts()
list(encoder.embed(chosen[:2]))
start = time.perf_counter()
list(encoder.embed(chosen, batch_size=BATCH))
report(time.perf_counter() - start, token_ids(chosen), fastembed.__version__)
