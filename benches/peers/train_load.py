#!/usr/bin/env python3
"""Loads a trained model as its users do, and compares its embeddings with ours.

    train_load.py MODEL_DIR FIGURES.json

FIGURES.json is the line that `bench-train` printed. Prints the greatest difference of a number. A model that is
a cross-encoder (`config.json` says so) is loaded as one; FIGURES.json then has `pairs` and `scores`.
"""

import json
import sys
from pathlib import Path

import numpy as np
import sentence_transformers


def main():
    model, figures = sys.argv[1], json.loads(Path(sys.argv[2]).read_text().splitlines()[-1])
    if "scores" in figures:
        encoder = sentence_transformers.CrossEncoder(model, device="cpu")
        found, ours = encoder.predict([tuple(pair) for pair in figures["pairs"]]), figures["scores"]
    else:
        encoder = sentence_transformers.SentenceTransformer(model, device="cpu")
        found, ours = encoder.encode(figures["texts"]), figures["vectors"]
    difference = float(np.abs(np.array(found) - np.array(ours)).max())
    print(json.dumps({"difference": difference, "version": sentence_transformers.__version__}))


if __name__ == "__main__":
    main()
