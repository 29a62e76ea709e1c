"""Exports the transformer of a sentence-transformers directory to ONNX, with its tokenizer: SOURCE TARGET."""

import pathlib
import shutil
import sys

import onnxruntime
import torch
from transformers import AutoModel

source, target = map(pathlib.Path, sys.argv[1:3])
model = AutoModel.from_pretrained(source, attn_implementation="eager")


class Encoder(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask):
        return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


encoder = Encoder(model).eval()
target.mkdir(parents=True, exist_ok=True)
for file in source.glob("*.json"):
    shutil.copy(file, target)
# Written aside and renamed: what is there is whole.
partial = target / "partial.onnx"
ids = torch.ones(2, 16, dtype=torch.long)
names = ["input_ids", "attention_mask", "last_hidden_state"]
torch.onnx.export(
    encoder,
    (ids, ids),
    str(partial),
    input_names=names[:2],
    output_names=names[2:],
    dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names},
    dynamo=False,
    opset_version=17,
)
# A trace may have fixed what must vary: another size than the traced one has to agree, padding included.
ids, mask = torch.randint(1000, 2000, (3, 200)), torch.ones(3, 200, dtype=torch.long)
mask[2, 50:] = 0
ids[2, 50:] = model.config.pad_token_id
session = onnxruntime.InferenceSession(str(partial), providers=["CPUExecutionProvider"])
exported = session.run(None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})[0]
with torch.no_grad():
    difference = (torch.from_numpy(exported) - encoder(ids, mask))[mask.bool()].abs().max().item()
if difference > 1e-3:
    sys.exit(f"the exported model differs from the original by {difference}")
partial.rename(target / "model.onnx")
