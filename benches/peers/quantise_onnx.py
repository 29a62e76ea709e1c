"""Quantises DIRECTORY/model.onnx to bytes, dynamically, as ONNX Runtime's documentation has it: the matrix products
alone, each column with a scale of its own."""

import pathlib
import sys

from onnxruntime.quantization import QuantType, quantize_dynamic

directory = pathlib.Path(sys.argv[1])
partial = directory / "partial-int8.onnx"
quantize_dynamic(
    directory / "model.onnx", partial, op_types_to_quantize=["MatMul"], per_channel=True, weight_type=QuantType.QInt8
)
partial.rename(directory / "int8.onnx")
