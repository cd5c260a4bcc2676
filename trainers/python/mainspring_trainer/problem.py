"""What is learned: the problem type, and the types of the model's inputs and outputs."""

from dataclasses import dataclass
from typing import Any

BINARY = "binary-classification"
MULTICLASS = "multiclass-classification"
REGRESSION = "regression"


@dataclass(frozen=True)
class Input:
    """One feature: a column of the Parquet files, and an input of the model."""

    name: str
    type: str  # float32, float64, int64, bool or string
    nullable: bool  # a missing value is NaN for a float and "" for a string


@dataclass(frozen=True)
class Output:
    name: str
    type: str
    width: int  # columns for each row


@dataclass(frozen=True)
class Signature:
    inputs: list[Input]  # in the order of the features
    outputs: list[Output]


def signature_of(config: dict[str, Any], features: list[str]) -> Signature:
    """The signature that the engine gave. An engine that gives none has nullable float32 features only."""
    inputs = [Input(i["name"], i["type"], bool(i["nullable"])) for i in config.get("inputs", [])]
    outputs = [Output(o["name"], o["type"], int(o["width"])) for o in config.get("outputs", [])]
    return Signature(
        inputs or [Input(name, "float32", True) for name in features],
        outputs or [Output("probabilities", "float32", 2)],
    )
