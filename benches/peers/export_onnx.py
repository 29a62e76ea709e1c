"""Exports the transformer of a sentence-transformers directory to ONNX, once."""

import sys

import torch
from transformers import AutoModel

source, target = sys.argv[1:3]
model = AutoModel.from_pretrained(source).eval()


class Encoder(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask):
        return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


ids = torch.ones(2, 16, dtype=torch.long)
torch.onnx.export(
    Encoder(model),
    (ids, ids),
    target,
    input_names=["input_ids", "attention_mask"],
    output_names=["last_hidden_state"],
    dynamic_axes={name: {0: "batch", 1: "tokens"} for name in ["input_ids", "attention_mask", "last_hidden_state"]},
    dynamo=False,
    opset_version=17,
)
