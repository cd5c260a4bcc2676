"""output/progress.ndjson: one line a step, at most one a second."""

import json
import math
import time
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

EVERY_SECONDS = 1.0


def _word(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


class Progress:
    def __init__(self, path: Path, report_steps: Sequence[int] = ()):
        """`report_steps`: a trial is judged at these, so that the first line at or after each is written at once."""
        self._path = path
        self._report_steps = sorted(report_steps)
        self._written = -math.inf
        self._held: dict[str, Any] | None = None

    def tell(self, line: dict[str, Any]) -> None:
        """Lines that come too soon replace one another; `flush` writes the last of them."""
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        # NaN is no JSON: it is written as text, by which the engine sees that the fit has failed.
        metrics = {name: value if math.isfinite(value) else _word(value) for name, value in line["metrics"].items()}
        self._held = {"ts": now, **line, "metrics": metrics}
        due = [step for step in self._report_steps if step <= line["step"]]
        self._report_steps = self._report_steps[len(due) :]
        if due or time.monotonic() - self._written >= EVERY_SECONDS:
            self.flush()

    def flush(self) -> None:
        if self._held is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(json.dumps(self._held) + "\n")
        self._written, self._held = time.monotonic(), None
