"""The job that a trainer was started for: what came in, and what it says back."""

import contextlib
import errno
import json
import math
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from . import checkpoints
from .checkpoints import Checkpoint
from .exits import Exit, Failed
from .files import digests, write_json
from .parameters import Parameters
from .problem import BINARY, Signature, signature_of
from .progress import Progress

FAILURE_CHARS = 1_024  # as much as is shown
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Columns:
    features: list[str]  # in the order in which the model takes them
    label: str


class Job:
    def __init__(self, env: Mapping[str, str] = os.environ):
        self.base = Path(env.get("TRAINER_BASE") or env.get("SAGEMAKER_BASE_DIR") or "/opt/ml")
        self.run_id = env.get("TRAINER_RUN_ID", "")
        self.key = env.get("TRAINER_JOB_KEY", "")
        self.attempt = _integer(env, "TRAINER_ATTEMPT", 1)
        self.seed = _integer(env, "TRAINER_SEED", 1)
        self.cpus = max(1, _integer(env, "TRAINER_CPUS", _integer(env, "OMP_NUM_THREADS", os.cpu_count() or 1)))
        self.grace_seconds = float(env.get("TRAINER_GRACE_SECONDS") or 25)
        self.deadline = _instant(env.get("TRAINER_DEADLINE"))
        self.model = self.base / "model"
        self.stopping = False
        self._resume_from = env.get("TRAINER_RESUME_FROM")
        self._progress = Progress(self.base / "output/progress.ndjson", _steps(env.get("TRAINER_REPORT_STEPS")))

    # Inputs of the job

    @property
    def params(self) -> Parameters:
        return Parameters(self._config("params.json", {}))

    @property
    def columns(self) -> Columns:
        columns = self._config("columns.json")
        return Columns(list(columns["features"]), columns["label"])

    @property
    def problem(self) -> str:
        """`binary-classification`, `multiclass-classification` or `regression`."""
        return self._config("problem.json", {}).get("problem") or BINARY

    @property
    def classes(self) -> list[str]:
        """Names of the classes: the label holds the index into this list. Empty unless the problem is multiclass."""
        return list(self._config("problem.json", {}).get("classes") or [])

    @property
    def quantiles(self) -> list[float]:
        """Quantiles that the model must give beside its prediction, ascending, 0-1. Empty when none are asked for."""
        return [float(q) for q in self._config("problem.json", {}).get("quantiles") or []]

    @property
    def signature(self) -> Signature:
        """Name, type and nullability of every feature, in the order of `columns.features`, and the model's outputs."""
        return signature_of(self._config("signature.json", {}), self.columns.features)

    def channel(self, name: str) -> list[Path]:
        """Parquet files of a channel, sorted; none when the job has no such channel."""
        return sorted((self.base / "input/data" / name).rglob("*.parquet"))

    def resume(self) -> Checkpoint | None:
        """The newest whole checkpoint, of this attempt or an earlier one."""
        named = checkpoints.read(Path(self._resume_from)) if self._resume_from else None
        return named or checkpoints.newest(self.base / "checkpoints")

    def seconds_left(self) -> float:
        """Until the deadline of all attempts together; infinite without one."""
        return (self.deadline - datetime.now(timezone.utc)).total_seconds() if self.deadline else math.inf

    # Outputs of the job

    def progress(
        self, step: int, total: int | None = None, metrics: Mapping[str, float] | None = None, **more: Any
    ) -> None:
        """Call it as often as you like: it writes at most one line a second."""
        self._progress.tell({"step": step, "total": total, "metrics": dict(metrics or {}), **more})

    def checkpoint(self, step: int) -> AbstractContextManager[Path]:
        """`with job.checkpoint(step) as folder:` – write files into the folder; it counts at the end of the block."""
        return checkpoints.writing(self.base / "checkpoints", step, self.attempt)

    def preempted(self) -> None:
        """After the last checkpoint, when `stopping` is set: the next attempt goes on from there."""
        self._progress.flush()
        raise SystemExit(int(Exit.PREEMPTED))

    def result(self, metrics: Mapping[str, float], **more: Any) -> None:
        """Call last, when the model is in `job.model`: everything there is listed with its digest."""
        for name, value in metrics.items():
            if not math.isfinite(value):
                raise Failed(1, f'metric "{name}" is {value}, which no search can compare: the fit has failed')
        self._progress.flush()
        data = self.base / "input/data"
        result = {
            "metrics": {name: float(value) for name, value in metrics.items()},
            "files": digests(self.model),
            "dataset": digests(data) if data.is_dir() else {},
            "attempt": self.attempt,
            **more,
        }
        write_json(self.base / "output/result.json", result)

    def fail(self, code: int, reason: str) -> None:
        """Ends the trainer."""
        raise Failed(code, reason)

    # The life of the process

    def listen(self) -> None:
        """TERM and USR1 set `stopping`; the trainer looks at it between steps."""

        def stop(_signal: int, _frame: object) -> None:
            self.stopping = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGUSR1, stop)

    def write_failure(self, reason: str) -> None:
        path = self.base / "output/failure"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(reason[:FAILURE_CHARS], encoding="utf-8")

    def _config(self, name: str, default: Any = None) -> Any:
        path = self.base / "input/config" / name
        if not path.exists() and default is not None:
            return default
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Failed(Exit.CONFIGURATION, f"cannot read input/config/{name}: {error}") from error


def run(train: Callable[[Job], None]) -> None:
    """Runs a trainer as the process: signals, failure file and exit code as the contract asks."""
    job = Job()
    job.listen()
    try:
        train(job)
    except Failed as failed:
        job.write_failure(failed.reason)
        print(failed.reason, file=sys.stderr)
        sys.exit(failed.code)
    except Exception as error:
        traceback.print_exc()
        full = isinstance(error, OSError) and error.errno in DISK_FULL
        with contextlib.suppress(OSError):
            job.write_failure(f"{type(error).__name__}: {error}")
        # A full disk is the machine's fault: the engine tries again.
        sys.exit(int(Exit.INFRASTRUCTURE) if full else 1)


def _steps(text: str | None) -> list[int]:
    return [int(step) for step in (text or "").split(",") if step.strip().isdigit()]


def _integer(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise Failed(Exit.CONFIGURATION, f"{name} is {value!r}, expected an integer") from error


def _instant(text: str | None) -> datetime | None:
    # Python 3.10 does not know the Z of RFC 3339.
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
