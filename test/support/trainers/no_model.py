"""Ends with exit code 0 and leaves no model, which violates the contract."""

from mainspring_trainer import Job, run


def train(job: Job) -> None:
    job.result({"log_loss": 0.4, "roc_auc": 0.7})


run(train)
