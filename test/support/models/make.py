"""Make the tiny ONNX models that the tests score with. Run with onnx 1.23.2 and numpy; the files are committed."""

from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

HERE = Path(__file__).parent


def save(name, weights, bias=0.0, output="probabilities", activation="Sigmoid", input_name="features"):
    """p(1) = activation(x . weights + bias), p(0) = 1 - p(1), and a label beside it as converters give."""
    w = numpy_helper.from_array(np.array(weights, dtype=np.float32).reshape(-1, 1), "w")
    b = numpy_helper.from_array(np.array([bias], dtype=np.float32), "b")
    one = numpy_helper.from_array(np.array([1.0], dtype=np.float32), "one")
    half = numpy_helper.from_array(np.array([0.5], dtype=np.float32), "half")
    nodes = [
        helper.make_node("Gemm", [input_name, "w", "b"], ["margin"]),
        helper.make_node(activation, ["margin"], ["p1"]),
        helper.make_node("Sub", ["one", "p1"], ["p0"]),
        helper.make_node("Concat", ["p0", "p1"], [output], axis=1),
        helper.make_node("Greater", ["p1", "half"], ["positive"]),
        helper.make_node("Cast", ["positive"], ["label"], to=TensorProto.INT64),
    ]
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info(input_name, TensorProto.FLOAT, [None, len(weights)])],
        [
            helper.make_tensor_value_info("label", TensorProto.INT64, [None, 1]),
            helper.make_tensor_value_info(output, TensorProto.FLOAT, [None, 2]),
        ],
        [w, b, one, half],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())


save("good", [1.5, 1.0], -1.0)  # the law that the tests' labels follow
save("blunt", [1.5, 0.0], -1.0)  # does not see the second feature
save("three-features", [1.0, 1.0, 1.0])
save("other-output", [1.5, 1.0], output="scores")
save("other-input", [1.5, 1.0], input_name="x")
save("nan", [1.5, 1.0], activation="Log")  # NaN below zero
save("margins", [1.5, 1.0], activation="Identity")
