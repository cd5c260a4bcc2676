"""Typed hyperparameters: a wrong one ends the job with exit code 64 and a reason that names it."""

import math
from collections.abc import Collection
from typing import Any

from .exits import Exit, Failed


class Parameters:
    def __init__(self, values: dict[str, Any]):
        self._values = values
        self._asked: set[str] = set()

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        value = self._take(name, default)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise _refused(name, value, f"an integer from {low} to {high}")
        return value

    def number(self, name: str, default: float, low: float, high: float) -> float:
        value = self._take(name, default)
        wrong = isinstance(value, bool) or not isinstance(value, (int, float))
        if wrong or not math.isfinite(value) or not low <= value <= high:
            raise _refused(name, value, f"a number from {low} to {high}")
        return float(value)

    def choice(self, name: str, default: Any, allowed: Collection[Any]) -> Any:
        value = self._take(name, default)
        if value not in allowed:
            raise _refused(name, value, f"one of {', '.join(map(repr, allowed))}")
        return value

    def nothing_else(self) -> None:
        """Call after the last parameter was read: a name that was not read is a mistake."""
        for name in self._values:
            if name not in self._asked:
                allowed = ", ".join(sorted(self._asked))
                raise Failed(
                    Exit.PARAMETERS,
                    f'unknown parameter "{name}"; this trainer knows {allowed}: correct training.search.space, '
                    "training.search.fixed or training.params",
                )

    def _take(self, name: str, default: Any) -> Any:
        self._asked.add(name)
        return self._values.get(name, default)


def _refused(name: str, value: Any, allowed: str) -> Failed:
    return Failed(
        Exit.PARAMETERS,
        f'parameter "{name}" is {value!r}, expected {allowed}: correct it in training.search.space or training.params',
    )
