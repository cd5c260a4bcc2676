"""What a trainer needs to speak trainer/v1. Standard library only; Python 3.10 or newer."""

from .checkpoints import Checkpoint
from .exits import Exit, Failed
from .job import Columns, Job, run

__all__ = ["Checkpoint", "Columns", "Exit", "Failed", "Job", "run"]
