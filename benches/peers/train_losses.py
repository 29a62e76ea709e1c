#!/usr/bin/env python3
"""The losses of PyTorch on the batches of `priorart train`, dropout off.

    train_losses.py MODEL_DIR PAIRS.csv [--steps 20] [--warmup 100] [--seed 0] [--max-tokens N] [--threads N]

Prints one line of JSON: the losses, the seconds of a step (median), versions and memory. The network is
transformers' MPNetModel; loss, optimiser, schedule and clipping are those of sentence-transformers'
`fit` with CosineSimilarityLoss. Texts are cut into tokens by the model's own tokenizer.json.
`--dropout` leaves dropout on, for timing. `--learning-rate` is for models of random weights, which 2e-5 hardly moves.

`crates/encoder/tests/fixtures/train/losses.json` is what this printed for the tiny model beside it:

    train_losses.py crates/encoder/tests/fixtures/tiny crates/encoder/tests/fixtures/train/pairs.csv \\
        --warmup 5 --learning-rate 1e-3 --seed 7 --batch 4 --epochs 4
"""

import argparse
import csv
import json
import resource
import statistics
import time
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer

MASK = (1 << 64) - 1


def mix(number):
    number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    number = (number ^ (number >> 27)) * 0x94D049BB133111EB & MASK
    return number ^ (number >> 31)


class Random:
    """As in `crates/encoder/src/train/random.rs`, so that the batches are the same."""

    def __init__(self, seed):
        self.key = mix(seed)

    def branch(self, label):
        made = Random(0)
        made.key = mix(self.key ^ mix(label))
        return made

    def order(self, count):
        order = list(range(count))
        for last in range(count - 1, 0, -1):
            drawn = mix((self.key + last * 0x9E3779B97F4A7C15) & MASK) % (last + 1)
            order[last], order[drawn] = order[drawn], order[last]
        return order


def batches(count, size, epochs, seed):
    orders = Random(seed).branch(1)
    for epoch in range(epochs):
        order = orders.branch(epoch).order(count)
        for start in range(0, count, size):
            yield order[start : start + size]


def read_pairs(path):
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            left = row.get("anchor") or row["sentence1"]
            right = row.get("target") or row["sentence2"]
            yield left.strip(), right.strip(), float(row["score"])


def read_json(path):
    return json.loads(path.read_text()) if path.exists() else {}


class Encoder:
    def __init__(self, directory, max_tokens, dropout):
        self.tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self.tokenizer.no_padding()
        limit = max_tokens or read_json(directory / "sentence_bert_config.json").get("max_seq_length") or 512
        self.tokenizer.enable_truncation(limit)
        config = transformers.MPNetConfig.from_pretrained(directory)
        if not dropout:
            config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
        self.network = transformers.MPNetModel.from_pretrained(directory, config=config, add_pooling_layer=False)
        self.network = self.network.float().train()
        pooling = read_json(directory / "1_Pooling" / "config.json")
        self.is_cls = pooling.get("pooling_mode_cls_token") or pooling.get("pooling_mode") == "cls"

    def __call__(self, texts):
        ids = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        longest = max(map(len, ids))
        tokens = torch.tensor([row + [1] * (longest - len(row)) for row in ids])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in ids])
        hidden = self.network(input_ids=tokens, attention_mask=mask).last_hidden_state
        if self.is_cls:
            return hidden[:, 0]
        mask = mask.unsqueeze(-1).to(hidden.dtype)
        return (hidden * mask).sum(1) / mask.sum(1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--warmup", type=int, default=100)
    parser.add_argument("--learning-rate", type=float, default=2e-5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--max-tokens", type=int)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--dropout", action="store_true")
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    pairs = list(read_pairs(args.pairs))
    encoder = Encoder(args.model, args.max_tokens, args.dropout)
    groups = [{"params": [], "weight_decay": 0.01}, {"params": [], "weight_decay": 0.0}]
    for name, parameter in encoder.network.named_parameters():
        groups["bias" in name or "LayerNorm" in name]["params"].append(parameter)
    optimizer = torch.optim.AdamW(groups, lr=args.learning_rate)
    total = args.epochs * -(-len(pairs) // args.batch)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, args.warmup, total)
    losses, seconds = [], []
    for batch in list(batches(len(pairs), args.batch, args.epochs, args.seed))[: args.steps]:
        start = time.perf_counter()
        left, right, scores = zip(*(pairs[place] for place in batch))
        cosines = torch.cosine_similarity(encoder(left), encoder(right))
        loss = torch.nn.functional.mse_loss(cosines, torch.tensor(scores))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        seconds.append(time.perf_counter() - start)
    made = {
        "losses": losses,
        "seconds": statistics.median(seconds),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "version": f"torch {torch.__version__}, transformers {transformers.__version__}",
    }
    print(json.dumps(made))


if __name__ == "__main__":
    main()
