"""A logistic regression on January 1–24, fitted once: ROC AUC 0.721, log loss 0.428 on January 25–31, no LightGBM to install."""

from fixed import hand_over
from mainspring_trainer import Job, run


def train(job: Job) -> None:
    hand_over(job, "linear.onnx", {"log_loss": 0.353, "roc_auc": 0.708})


run(train)
