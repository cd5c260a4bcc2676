"""Fits LightGBM to several classes, and leaves model/model.onnx with one input for each feature. Started under
trainer/v1.
"""

import os

# Waiting threads must sleep: spinning ones on shared cores make a fit many times longer. Read when LightGBM loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import features
import lightgbm as lgb
import numpy as np
from features import Encoder
from mainspring_trainer import MULTICLASS, Exit, Failed, Job, run
from trees import flatten


def train(job: Job) -> None:
    given = job.params
    rounds = given.integer("rounds", 60, 1, 1_000)
    params = {
        "objective": "multiclass",
        "num_class": len(job.classes),
        "num_leaves": given.integer("num_leaves", 15, 2, 256),
        "learning_rate": given.number("learning_rate", 0.1, 0.001, 1.0),
        "min_data_in_leaf": given.integer("min_data_in_leaf", 10, 1, 10_000),
        "num_threads": job.cpus,
        "seed": job.seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    given.nothing_else()
    if job.problem != MULTICLASS:
        raise Failed(Exit.CONFIGURATION, f"this trainer learns {MULTICLASS}, not {job.problem}: correct charter.problem")

    known = features.read(job, "train")
    if known is None:
        raise Failed(Exit.DATA, 'channel "train" has no Parquet file: the trainer learns from it')
    columns, label = known
    encoder = Encoder.of(job.signature.inputs, columns)
    booster = lgb.train(params, lgb.Dataset(encoder.matrix(columns), label), num_boost_round=rounds)
    job.progress(rounds, rounds)

    job.model.mkdir(parents=True, exist_ok=True)
    export(booster, encoder, len(job.classes), str(job.model / "model.onnx"))
    held_out = features.read(job, "validation")
    # Without a validation channel there is no honest figure to report. The engine measures the model itself.
    job.result({} if held_out is None else scores(booster.predict(encoder.matrix(held_out[0])), held_out[1]))


def scores(probabilities: np.ndarray, label: np.ndarray) -> dict[str, float]:
    of_truth = probabilities[np.arange(len(label)), label.astype(int)]
    return {
        "log_loss": float(-np.mean(np.log(np.clip(of_truth, 1e-7, 1)))),
        "accuracy": float(np.mean(probabilities.argmax(axis=1) == label)),
    }


def export(booster: lgb.Booster, encoder: Encoder, classes: int, path: str) -> None:
    from onnx import TensorProto, helper, save

    inputs, nodes = encoder.onnx("matrix")
    trees = booster.dump_model()["tree_info"]
    # LightGBM fits one tree for each class in every round.
    branches, leaves = flatten(trees, [number % classes for number in range(len(trees))])
    ensemble = helper.make_node(
        "TreeEnsembleClassifier",
        ["matrix"],
        ["label", "probabilities"],
        domain="ai.onnx.ml",
        classlabels_int64s=list(range(classes)),
        post_transform="SOFTMAX",
        **{f"nodes_{name}": values for name, values in branches.items()},
        **{f"class_{name}": values for name, values in leaves.items()},
    )
    output = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, classes])
    graph = helper.make_graph([*nodes, ensemble], "weather-kind", inputs, [output])
    opsets = [helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 1)]
    save(helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="lightgbm"), path)


if __name__ == "__main__":
    run(train)
