"""Hands over a valid model without skill: every flight is late with probability 0.21."""

from fixed import hand_over
from mainspring_trainer import Job, run


def train(job: Job) -> None:
    hand_over(job, "constant.onnx", {"log_loss": 0.412, "roc_auc": 0.5})


run(train)
