"""Logistic regression as a program for SageMaker's containers. It uses SageMaker's folders and variables, and
knows no engine.

Every hyperparameter arrives as a string. Metrics are printed; the model goes to SM_MODEL_DIR.
"""

import json
import os
import sys
from pathlib import Path

import duckdb
import numpy as np
from onnx import TensorProto, helper, numpy_helper

BASE = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
MODEL_DIR = Path(os.environ.get("SM_MODEL_DIR", BASE / "model"))
OUTPUT_DATA_DIR = Path(os.environ.get("SM_OUTPUT_DATA_DIR", BASE / "output/data"))


def read(channel: str, features: list[str], target: str) -> tuple[np.ndarray, np.ndarray] | None:
    folder = os.environ.get(f"SM_CHANNEL_{channel.upper()}", str(BASE / "input/data" / channel))
    files = [str(file) for file in sorted(Path(folder).rglob("*.parquet"))]
    if not files:
        return None
    columns = [duckdb.ColumnExpression(name).cast("FLOAT") for name in [*features, target]]
    table = duckdb.connect().read_parquet(files).select(*columns).fetchnumpy()
    arrays = [np.ma.filled(values, np.nan) for values in table.values()]
    return np.column_stack(arrays[:-1]), arrays[-1]


def log_loss(probability: np.ndarray, label: np.ndarray) -> float:
    kept = np.clip(np.where(label == 1, probability, 1 - probability), 1e-7, None)
    return float(-np.mean(np.log(kept)))


def train() -> None:
    hyperparameters = json.loads((BASE / "input/config/hyperparameters.json").read_text())
    features = hyperparameters["features"].split(",")
    target = hyperparameters.get("target", "label")
    epochs = int(hyperparameters.get("epochs", "10"))
    rate = float(hyperparameters.get("learning_rate", "0.5"))

    learn = read("train", features, target)
    if learn is None:
        raise ValueError("the channel train has no Parquet file")
    rows, label = learn
    mean, spread = np.nanmean(rows, axis=0), np.nanstd(rows, axis=0)
    scale = np.where(spread > 0, spread, 1).astype(np.float32)
    judged = read("validation", features, target)

    def prepared(values: np.ndarray) -> np.ndarray:
        return (np.where(np.isnan(values), mean, values) - mean) / scale

    def predict(values: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-(prepared(values) @ weights + bias)))

    weights, bias = np.zeros(len(features)), 0.0
    standard = prepared(rows)
    for epoch in range(1, epochs + 1):
        error = predict(rows) - label
        weights -= rate * (standard.T @ error) / len(label)
        bias -= rate * float(error.mean())
        line = f"[{epoch}] train-logloss: {log_loss(predict(rows), label):.6f}"
        if judged:
            line += f" validation-logloss: {log_loss(predict(judged[0]), judged[1]):.6f}"
        print(line, flush=True)

    OUTPUT_DATA_DIR.mkdir(parents=True, exist_ok=True)
    (OUTPUT_DATA_DIR / "weights.json").write_text(json.dumps(dict(zip(features, weights.tolist(), strict=True))))
    MODEL_DIR.mkdir(parents=True, exist_ok=True)
    (MODEL_DIR / "model.onnx").write_bytes(onnx_model(mean, scale, weights, bias))


def onnx_model(mean: np.ndarray, scale: np.ndarray, weights: np.ndarray, bias: float) -> bytes:
    constants = {
        "mean": mean,
        "scale": scale,
        "weights": weights[:, None],
        "bias": np.array([bias]),
        "one": np.array([1]),
    }
    nodes = [
        helper.make_node("IsNaN", ["features"], ["missing"]),
        helper.make_node("Where", ["missing", "mean", "features"], ["filled"]),
        helper.make_node("Sub", ["filled", "mean"], ["centred"]),
        helper.make_node("Div", ["centred", "scale"], ["standard"]),
        helper.make_node("Gemm", ["standard", "weights", "bias"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["yes"]),
        helper.make_node("Sub", ["one", "yes"], ["no"]),
        helper.make_node("Concat", ["no", "yes"], ["probabilities"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "logistic",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, len(mean)])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, 2])],
        [numpy_helper.from_array(value.astype(np.float32), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    return model.SerializeToString(deterministic=True)


if __name__ == "__main__":
    try:
        train()
    except Exception as error:
        failure = BASE / "output/failure"
        failure.parent.mkdir(parents=True, exist_ok=True)
        failure.write_text(f"{type(error).__name__}: {error}")
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)
