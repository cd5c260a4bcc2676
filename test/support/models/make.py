"""Make the tiny ONNX models that the tests score with. Run with onnx 1.23.2 and numpy; the files are committed."""

from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

HERE = Path(__file__).parent


def save(name, weights, bias=0.0, output="probabilities", activation="Sigmoid", input_name="features"):
    """p(1) = activation(x . weights + bias) and p(0) = 1 - p(1), with an output `label` beside them, as
    converters write it.
    """
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


def save_typed():
    """Three classes from one input for each feature: a float, an int64, a bool and a text."""
    cities = ["", "Bern", "Genf", "Lausanne"]
    nodes = [
        helper.make_node("Cast", ["count"], ["count_f"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["flag"], ["flag_f"], to=TensorProto.FLOAT),
        helper.make_node(
            "LabelEncoder",
            ["city"],
            ["city_f"],
            domain="ai.onnx.ml",
            keys_strings=cities,
            values_floats=[0.0, 1.0, 2.0, 3.0],
            default_float=-1.0,
        ),
        helper.make_node("Concat", ["amount", "count_f", "flag_f", "city_f"], ["all"], axis=1),
        helper.make_node("MatMul", ["all", "w"], ["margins"]),
        helper.make_node("Softmax", ["margins"], ["probabilities"], axis=1),
    ]
    w = np.array([[1, 0, 0], [0, 0.5, 0], [0, 0, 1], [0, 0, 0.5]], dtype=np.float32)
    column = lambda name, kind: helper.make_tensor_value_info(name, kind, [None, 1])
    graph = helper.make_graph(
        nodes,
        "typed",
        [
            column("amount", TensorProto.FLOAT),
            column("count", TensorProto.INT64),
            column("flag", TensorProto.BOOL),
            column("city", TensorProto.STRING),
        ],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, 3])],
        [numpy_helper.from_array(w, "w")],
    )
    write(graph, "typed")


def save_regression():
    """x1 + 2·x2, with a lower quantile 1 below and an upper quantile 1 above it."""
    nodes = [
        helper.make_node("MatMul", ["features", "w"], ["prediction"]),
        helper.make_node("Add", ["prediction", "offsets"], ["quantiles"]),
    ]
    graph = helper.make_graph(
        nodes,
        "regression",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, 2])],
        [
            helper.make_tensor_value_info("prediction", TensorProto.FLOAT, [None, 1]),
            helper.make_tensor_value_info("quantiles", TensorProto.FLOAT, [None, 2]),
        ],
        [
            numpy_helper.from_array(np.array([[1], [2]], dtype=np.float32), "w"),
            numpy_helper.from_array(np.array([[-1, 1]], dtype=np.float32), "offsets"),
        ],
    )
    write(graph, "regression")


def save_loop(path, width):
    """The mean of the features and 0.5, through a loop of as many rounds as the first feature has above 10, squared: it ends at
    once for values up to 10, takes seconds for a few thousand, and never ends for a million and more.
    """
    counter = helper.make_tensor_value_info
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["going"], ["goes_on"]),
            helper.make_node("Add", ["before", "tiny"], ["after"]),
        ],
        "round",
        [
            counter("round", TensorProto.INT64, []),
            counter("going", TensorProto.BOOL, []),
            counter("before", TensorProto.FLOAT, []),
        ],
        [counter("goes_on", TensorProto.BOOL, []), counter("after", TensorProto.FLOAT, [])],
        [numpy_helper.from_array(np.float32(0), "tiny")],
    )
    const = lambda label, value: numpy_helper.from_array(np.asarray(value), label)
    nodes = [
        helper.make_node("Gather", ["features", "first"], ["x0"], axis=1),
        helper.make_node("ReduceMax", ["x0"], ["largest"], keepdims=0),
        helper.make_node("Sub", ["largest", "ten"], ["above"]),
        helper.make_node("Max", ["above", "zero"], ["rounds"]),
        helper.make_node("Mul", ["rounds", "rounds"], ["squared"]),
        helper.make_node("Cast", ["squared"], ["trips"], to=TensorProto.INT64),
        helper.make_node("Loop", ["trips", "yes", "zero"], ["looped"], body=body),
        helper.make_node("ReduceMean", ["features"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("Add", ["mean", "looped"], ["margin"]),
        helper.make_node("Sigmoid", ["margin"], ["p1"]),
        helper.make_node("Sub", ["one", "p1"], ["p0"]),
        helper.make_node("Concat", ["p0", "p1"], ["probabilities"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "loop",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, width])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, 2])],
        [
            const("first", np.array([0], dtype=np.int64)),
            const("ten", np.float32(10)),
            const("zero", np.float32(0)),
            const("one", np.float32(1)),
            const("yes", np.array(True)),
        ],
    )
    write_to(graph, path)


def save_batch_norm():
    """As a network that was exported in training mode: it takes mean and deviation from the rows of the batch."""
    nodes = [
        helper.make_node("ReduceMean", ["features"], ["mean"], axes=[0], keepdims=1),
        helper.make_node("Sub", ["features", "mean"], ["centred"]),
        helper.make_node("Gemm", ["centred", "w"], ["margin"]),
        helper.make_node("Sigmoid", ["margin"], ["p1"]),
        helper.make_node("Sub", ["one", "p1"], ["p0"]),
        helper.make_node("Concat", ["p0", "p1"], ["probabilities"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "batch-norm",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, 2])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, 2])],
        [
            numpy_helper.from_array(np.array([[1.5], [1.0]], dtype=np.float32), "w"),
            numpy_helper.from_array(np.float32(1), "one"),
        ],
    )
    write(graph, "batch-norm")


def write(graph, name):
    write_to(graph, HERE / f"{name}.onnx")


def write_to(graph, path):
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    checker.check_model(model)
    path.write_bytes(model.SerializeToString())


save_typed()
save_loop(HERE / "loop.onnx", 2)
save_loop(HERE.parent.parent / "serving" / "fixtures" / "loop.onnx", 14)
save_batch_norm()
save_regression()
save("good", [1.5, 1.0], -1.0)  # the formula that the labels of the tests follow
save("blunt", [1.5, 0.0], -1.0)  # ignores the second feature
save("three-features", [1.0, 1.0, 1.0])
save("other-output", [1.5, 1.0], output="scores")
save("other-input", [1.5, 1.0], input_name="x")
save("nan", [1.5, 1.0], activation="Log")  # gives NaN for values below zero
save("margins", [1.5, 1.0], activation="Identity")
