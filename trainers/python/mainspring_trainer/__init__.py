"""What a trainer needs to speak trainer/v1. Standard library only; Python 3.10 or newer."""

from .checkpoints import Checkpoint
from .exits import Exit, Failed
from .job import Columns, Job, run
from .problem import BINARY, MULTICLASS, REGRESSION, Input, Output, Signature

__all__ = [
    "BINARY",
    "MULTICLASS",
    "REGRESSION",
    "Checkpoint",
    "Columns",
    "Exit",
    "Failed",
    "Input",
    "Job",
    "Output",
    "Signature",
    "run",
]
