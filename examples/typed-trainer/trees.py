"""LightGBM's trees as the attributes of an ONNX tree ensemble. Numeric splits only.

Serving feeds float32, so thresholds are rounded down to float32: a float32 value passes the rounded threshold exactly if it
passes the exact one.
"""

import numpy as np

NODE_ATTRIBUTES = (
    "treeids",
    "nodeids",
    "featureids",
    "values",
    "modes",
    "truenodeids",
    "falsenodeids",
    "missing_value_tracks_true",
)
LEAF_ATTRIBUTES = ("treeids", "nodeids", "ids", "weights")

Attributes = dict[str, list]


def flatten(trees: list[dict], outputs: list[int] | None = None) -> tuple[Attributes, Attributes]:
    """Attributes of the nodes and of the leaves. `outputs` names, for each tree, the output to which it adds; default: 0.

    When all leaves belong to output 0, the classifier operator takes the model for a binary one and gives [1 - p, p].
    """
    nodes: Attributes = {name: [] for name in NODE_ATTRIBUTES}
    leaves: Attributes = {name: [] for name in LEAF_ATTRIBUTES}
    for tree, info in enumerate(trees):
        # Breadth first: children get the next free numbers, and deep trees need no recursion.
        queue = [info["tree_structure"]]
        for number, node in enumerate(queue):
            if "split_feature" not in node:
                _add(nodes, tree, number, 0, 0.0, "LEAF", 0, 0, 0)
                _add(leaves, tree, number, outputs[tree] if outputs else 0, node["leaf_value"])
                continue
            if node["decision_type"] != "<=":
                raise ValueError(f"cannot export a split of type {node['decision_type']!r}: numeric splits only")
            left = len(queue)
            queue += [node["left_child"], node["right_child"]]
            missing_left = node["default_left"] if node["missing_type"] == "NaN" else node["threshold"] >= 0
            feature, threshold = node["split_feature"], _down(node["threshold"])
            _add(nodes, tree, number, feature, threshold, "BRANCH_LEQ", left, left + 1, int(missing_left))
    return nodes, leaves


def _add(attributes: Attributes, *row: object) -> None:
    for values, value in zip(attributes.values(), row, strict=True):
        values.append(value)


def _down(threshold: float) -> float:
    rounded = np.float32(threshold)
    return float(np.nextafter(rounded, np.float32(-np.inf)) if rounded > threshold else rounded)
