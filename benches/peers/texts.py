"""The command line, the texts and the figures that all encoders share: MODEL TEXTS SET COUNT BATCH THREADS."""

import json
import resource
import sys

from tokenizers import Tokenizer

MODEL, _, _, _, BATCH, THREADS = (int(value) if value.isdigit() else value for value in sys.argv[1:7])
LIMIT = 512


def texts():
    """The chosen texts."""
    _, file, name, count = sys.argv[1:5]
    with open(file, encoding="utf-8") as lines:
        return json.load(lines)[name]["texts"][: int(count)]


def token_ids(texts):
    """The token ids of each text, cut to the limit."""
    tokenizer = Tokenizer.from_file(f"{MODEL}/tokenizer.json")
    tokenizer.no_padding()
    tokenizer.enable_truncation(LIMIT)
    return [encoding.ids for encoding in tokenizer.encode_batch(texts)]


def peak_mb():
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(seconds, ids, version, **others):
    """Prints the figures."""
    figures = {
        "seconds": seconds,
        "tokens": sum(map(len, ids)),
        "texts": len(ids),
        "peak_mb": peak_mb(),
        "version": version,
    }
    print(json.dumps(figures | others))
