"""Shared by the trainers of this folder: they hand over a committed model instead of fitting one."""

import shutil
from pathlib import Path

from mainspring_trainer import Job

HERE = Path(__file__).resolve().parent


def hand_over(job: Job, model: str, metrics: dict[str, float]) -> None:
    job.model.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(HERE / model, job.model / "model.onnx")
    job.result(metrics)
