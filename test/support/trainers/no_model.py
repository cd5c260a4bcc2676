"""Says that it is done and leaves no model: a violation of the contract."""

from mainspring_trainer import Job, run


def train(job: Job) -> None:
    job.result({"log_loss": 0.4, "roc_auc": 0.7})


run(train)
