"""Fits LightGBM to a number and its quantiles, and leaves model/model.onnx with one input for each feature.
Started under trainer/v1.
"""

import os

# Waiting threads must sleep: spinning ones on shared cores make a fit many times longer. Read when LightGBM loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import features
import lightgbm as lgb
import numpy as np
from features import Encoder
from mainspring_trainer import REGRESSION, Exit, Failed, Job, run
from trees import flatten


def train(job: Job) -> None:
    given = job.params
    rounds = given.integer("rounds", 80, 1, 1_000)
    params = {
        "num_leaves": given.integer("num_leaves", 8, 2, 256),
        "learning_rate": given.number("learning_rate", 0.1, 0.001, 1.0),
        "min_data_in_leaf": given.integer("min_data_in_leaf", 20, 1, 10_000),
        "num_threads": job.cpus,
        "seed": job.seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    given.nothing_else()
    if job.problem != REGRESSION:
        raise Failed(Exit.CONFIGURATION, f"this trainer learns {REGRESSION}, not {job.problem}: correct charter.problem")

    known = features.read(job, "train")
    if known is None:
        raise Failed(Exit.DATA, 'channel "train" has no Parquet file: the trainer learns from it')
    columns, label = known
    encoder = Encoder.of(job.signature.inputs, columns)
    matrix = encoder.matrix(columns)

    # One model for the mean, and one for each quantile.
    objectives = [{"objective": "regression"}, *({"objective": "quantile", "alpha": q} for q in job.quantiles)]
    boosters = []
    for done, objective in enumerate(objectives, start=1):
        boosters.append(lgb.train({**params, **objective}, lgb.Dataset(matrix, label), num_boost_round=rounds))
        job.progress(done, len(objectives))

    job.model.mkdir(parents=True, exist_ok=True)
    export(boosters, encoder, str(job.model / "model.onnx"))
    held_out = features.read(job, "validation")
    # Without a validation channel there is no honest figure to report. The engine measures the model itself.
    job.result({} if held_out is None else scores(boosters[0].predict(encoder.matrix(held_out[0])), held_out[1]))


def scores(prediction: np.ndarray, label: np.ndarray) -> dict[str, float]:
    error = prediction - label
    return {"mae": float(np.mean(np.abs(error))), "rmse": float(np.sqrt(np.mean(error**2)))}


def export(boosters: list[lgb.Booster], encoder: Encoder, path: str) -> None:
    """Outputs `prediction` [rows, 1] and, if there are quantiles, `quantiles` [rows, Q], ascending in every row.
    """
    from onnx import TensorProto, helper, numpy_helper, save

    inputs, nodes = encoder.onnx("matrix")
    mean, *others = boosters
    nodes.append(_ensemble([mean], "prediction"))
    outputs = [helper.make_tensor_value_info("prediction", TensorProto.FLOAT, [None, 1])]
    constants = []
    if others:
        count = len(others)
        constants.append(numpy_helper.from_array(np.array([count], np.int64), "count"))
        nodes.append(_ensemble(others, "unsorted"))
        # Each quantile is fitted alone, so a lower quantile may get the higher value. Sorting corrects that.
        nodes.append(helper.make_node("TopK", ["unsorted", "count"], ["quantiles", "order"], largest=0, sorted=1))
        outputs.append(helper.make_tensor_value_info("quantiles", TensorProto.FLOAT, [None, count]))
    graph = helper.make_graph(nodes, "max-temperature", inputs, outputs, constants)
    opsets = [helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 1)]
    save(helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="lightgbm"), path)


def _ensemble(boosters: list[lgb.Booster], output: str):
    """One operator with an output for each booster."""
    from onnx import helper

    trees = [(tree, number) for number, booster in enumerate(boosters) for tree in booster.dump_model()["tree_info"]]
    branches, leaves = flatten([tree for tree, _ in trees], [number for _, number in trees])
    return helper.make_node(
        "TreeEnsembleRegressor",
        ["matrix"],
        [output],
        domain="ai.onnx.ml",
        n_targets=len(boosters),
        **{f"nodes_{name}": values for name, values in branches.items()},
        **{f"target_{name}": values for name, values in leaves.items()},
    )


if __name__ == "__main__":
    run(train)
