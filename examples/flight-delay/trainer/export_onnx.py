"""A binary LightGBM model as one ONNX tree ensemble: `features` float32 [rows, width] → `label`, `probabilities` [rows, 2].

The export is written out here because the converter packages need scikit-learn, which adds 60 MB and up to a second to
every process.
"""

from pathlib import Path

import lightgbm as lgb
from trees import flatten


def export(booster: lgb.Booster, width: int, path: Path) -> None:
    # Imported here, so that a trial that fails early does not pay for the import.
    from onnx import TensorProto, helper

    nodes, leaves = flatten(booster.dump_model()["tree_info"])
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
