"""A binary LightGBM model as one ONNX tree ensemble: `features` float32 [rows, width] → `label`, `probabilities` [rows, 2].

Written out here because the converter packages need scikit-learn, which adds 60 MB and up to a second to every process.
Serving feeds float32, so thresholds are rounded down to float32: a float32 value passes the one exactly if it passes the
other. Numeric splits only.
"""

from pathlib import Path

import lightgbm as lgb
import numpy as np


def export(booster: lgb.Booster, width: int, path: Path) -> None:
    # Only here: a trial that fails early need not pay for the import.
    from onnx import TensorProto, helper

    nodes, leaves = _flatten(booster.dump_model()["tree_info"])
    ensemble = helper.make_node(
        "TreeEnsembleClassifier",
        ["features"],
        ["label", "probabilities"],
        domain="ai.onnx.ml",
        classlabels_int64s=[0, 1],
        post_transform="LOGISTIC",
        **{f"nodes_{name}": values for name, values in nodes.items()},
        **{f"class_{name}": values for name, values in leaves.items()},
    )
    graph = helper.make_graph(
        [ensemble],
        "lightgbm",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, width])],
        [
            helper.make_tensor_value_info("label", TensorProto.INT64, [None]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, 2]),
        ],
    )
    opsets = [helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="lightgbm")
    path.write_bytes(model.SerializeToString(deterministic=True))


def _flatten(trees: list[dict]) -> tuple[dict[str, list], dict[str, list]]:
    nodes: dict[str, list] = {
        name: []
        for name in (
            "treeids",
            "nodeids",
            "featureids",
            "values",
            "modes",
            "truenodeids",
            "falsenodeids",
            "missing_value_tracks_true",
        )
    }
    leaves: dict[str, list] = {name: [] for name in ("treeids", "nodeids", "ids", "weights")}

    def add(*row: object) -> None:
        for values, value in zip(nodes.values(), row, strict=True):
            values.append(value)

    for tree, info in enumerate(trees):
        # Breadth first: children get the next free numbers, and deep trees need no recursion.
        queue = [info["tree_structure"]]
        for number, node in enumerate(queue):
            if "split_feature" not in node:
                add(tree, number, 0, 0.0, "LEAF", 0, 0, 0)
                # Weights of one class only, numbered 0, are how the operator knows a binary model: it gives [1 - p, p].
                for values, value in zip(leaves.values(), (tree, number, 0, node["leaf_value"]), strict=True):
                    values.append(value)
                continue
            if node["decision_type"] != "<=":
                raise ValueError(f"cannot export a split of type {node['decision_type']!r}: numeric splits only")
            left = len(queue)
            queue += [node["left_child"], node["right_child"]]
            missing_left = node["default_left"] if node["missing_type"] == "NaN" else node["threshold"] >= 0
            feature, threshold = node["split_feature"], _down(node["threshold"])
            add(tree, number, feature, threshold, "BRANCH_LEQ", left, left + 1, int(missing_left))
    return nodes, leaves


def _down(threshold: float) -> float:
    rounded = np.float32(threshold)
    return float(np.nextafter(rounded, np.float32(-np.inf)) if rounded > threshold else rounded)
