"""Exit codes of trainer/v1, and the exception that carries one out of the trainer."""

from enum import IntEnum


class Exit(IntEnum):
    DONE = 0
    PARAMETERS = 64  # the caller's mistake, like 65 and 78: never retried
    DATA = 65
    INFRASTRUCTURE = 69  # storage, network, NCCL: a new attempt that costs no retry
    PREEMPTED = 75  # checkpointed; the next attempt resumes
    CONFIGURATION = 78


class Failed(Exception):
    """Ends the trainer with an exit code; the reason goes to output/failure."""

    def __init__(self, code: int, reason: str):
        super().__init__(reason)
        self.code = int(code)
        self.reason = reason
