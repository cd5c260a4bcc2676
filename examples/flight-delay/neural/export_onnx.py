"""The network as ONNX: `features` float32 [rows, width] → `label`, `probabilities` [rows, 2]. The encoding of
the features is part of the model.
"""

from pathlib import Path

import numpy as np
from network import State


def export(state: State, path: Path) -> None:
    # Imported here, so that a trial that fails early does not pay for the import.
    from onnx import TensorProto, helper, numpy_helper

    width, bins = state.low.shape
    constants: dict[str, np.ndarray] = {
        "median": state.median,
        "low": state.low,
        "span": state.span,
        "zero": np.float32(0),
        "one": np.float32(1),
        "last_axis": np.int64([2]),
        "flat": np.int64([-1, width * bins]),
    }
    nodes = [
        helper.make_node("IsNaN", ["features"], ["missing"]),
        helper.make_node("Where", ["missing", "median", "features"], ["filled"]),
        helper.make_node("Unsqueeze", ["filled", "last_axis"], ["columns"]),
        helper.make_node("Sub", ["columns", "low"], ["above"]),
        helper.make_node("Div", ["above", "span"], ["share"]),
        helper.make_node("Clip", ["share", "zero", "one"], ["parts"]),
        helper.make_node("Reshape", ["parts", "flat"], ["value0"]),
    ]
    depth = len(state.layers) // 2
    for number in range(depth):
        last = number + 1 == depth
        constants[f"weights{number}"], constants[f"biases{number}"] = state.layers[2 * number : 2 * number + 2]
        raw = "logit" if last else f"raw{number}"
        nodes.append(helper.make_node("Gemm", [f"value{number}", f"weights{number}", f"biases{number}"], [raw]))
        if not last:
            nodes.append(helper.make_node("Relu", [raw], [f"value{number + 1}"]))
    nodes += [
        helper.make_node("Sigmoid", ["logit"], ["late"]),
        helper.make_node("Sub", ["one", "late"], ["punctual"]),
        helper.make_node("Concat", ["punctual", "late"], ["probabilities"], axis=1),
        helper.make_node("ArgMax", ["probabilities"], ["label"], axis=1, keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, width])],
        [
            helper.make_tensor_value_info("label", TensorProto.INT64, [None]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, 2]),
        ],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    opsets = [helper.make_opsetid("", 15)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="mainspring-example")
    path.write_bytes(model.SerializeToString(deterministic=True))
