"""Trains for `seconds`: a step takes 0.1 s, every fifth step writes a checkpoint, and a resumed run continues
from it."""

import time

from fixed import hand_over
from mainspring_trainer import Job, run

STEPS_A_SECOND = 10
CHECKPOINT_EVERY = 5


def train(job: Job) -> None:
    total = round(job.params.number("seconds", 5, 0, 3600) * STEPS_A_SECOND)
    resumed = job.resume()
    first = resumed.step if resumed else 0
    for step in range(first + 1, total + 1):
        time.sleep(1 / STEPS_A_SECOND)
        job.progress(step, total, {"log_loss": 0.7 - 0.2 * step / total})
        if job.stopping or step % CHECKPOINT_EVERY == 0:
            with job.checkpoint(step) as folder:
                (folder / "step").write_text(str(step))
        if job.stopping:
            job.preempted()
    # The first and the last step show a test whether steps were done twice.
    hand_over(job, "constant.onnx", {"log_loss": 0.412, "roc_auc": 0.5, "first_step": first, "steps": total})


run(train)
