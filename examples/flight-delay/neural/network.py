"""A small fully connected network for a binary label, fitted with Adam. `State` holds all of it.

Each feature is encoded by `bins` numbers. The range of the feature is cut into bins with equally many rows,
and each number says how far the value has passed through one bin. A single number would suit smooth effects
only, and the effects of airports and hours are not smooth.

Two runs with the same state, rows and seed take the same steps, also in different processes: batches are
drawn from (seed, epoch), and not from a generator that is kept between epochs.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8  # the values of the paper on Adam
SCORED_ROWS = 8_192  # rows of one batch of scoring; each row has features × bins numbers
SHORTEST = 1e-6


@dataclass
class State:
    epoch: int
    steps: int  # number of Adam's steps, for the correction of its bias
    median: np.ndarray  # median of each feature; it replaces missing values
    low: np.ndarray  # lower edge of each bin, [features, bins]
    span: np.ndarray  # width of each bin
    layers: list[np.ndarray]  # weights and biases by turns, float32
    first: list[np.ndarray]  # Adam's moments, one for each layer
    second: list[np.ndarray]

    def _scaling(self) -> dict[str, np.ndarray]:
        return {"median": self.median, "low": self.low, "span": self.span}

    def save(self, path: Path) -> None:
        arrays = {
            f"{name}{number}": array
            for name in ("layers", "first", "second")
            for number, array in enumerate(getattr(self, name))
        }
        with open(path, "wb") as file:
            np.savez(file, epoch=self.epoch, steps=self.steps, **self._scaling(), **arrays)


def load(path: Path) -> State:
    with np.load(path) as saved:
        count = sum(name.startswith("layers") for name in saved.files)
        parts = [[saved[f"{name}{number}"] for number in range(count)] for name in ("layers", "first", "second")]
        scaling = [saved[name] for name in ("median", "low", "span")]
        return State(int(saved["epoch"]), int(saved["steps"]), *scaling, *parts)


def begin(features: np.ndarray, hidden: list[int], bins: int, seed: int) -> State:
    edges = np.nanquantile(features, np.linspace(0, 1, bins + 1), axis=0, method="lower").T.astype(np.float32)
    random = np.random.default_rng([seed, 0])
    widths = [features.shape[1] * bins, *hidden, 1]
    layers: list[np.ndarray] = []
    for fan_in, fan_out in zip(widths[:-1], widths[1:], strict=True):
        layers.append((random.standard_normal((fan_in, fan_out)) * np.sqrt(2 / fan_in)).astype(np.float32))
        layers.append(np.zeros(fan_out, np.float32))
    zeros = [np.zeros_like(layer) for layer in layers]
    low = edges[:, :-1].copy()
    # A value that many rows share makes a bin of no width. It becomes a step.
    span = np.maximum(edges[:, 1:] - low, np.float32(SHORTEST))
    median = np.nanmedian(features, axis=0).astype(np.float32)
    return State(0, 0, median, low, span, layers, zeros, [layer.copy() for layer in zeros])


def encode(state: State, rows: np.ndarray) -> np.ndarray:
    filled = np.where(np.isnan(rows), state.median, rows)
    parts = np.clip((filled[:, :, None] - state.low) / state.span, 0, 1)
    return parts.reshape(len(rows), -1)


def fit_epoch(
    state: State, rows: np.ndarray, label: np.ndarray, *, seed: int, rate: float, decay: float, batch: int
) -> None:
    """One pass over all rows. Changes the state in place."""
    order = np.random.default_rng([seed, state.epoch + 1]).permutation(len(rows))
    for start in range(0, len(order), batch):
        chosen = order[start : start + batch]
        _step(state, _gradients(state.layers, encode(state, rows[chosen]), label[chosen]), rate, decay)
    state.epoch += 1


def score(state: State, rows: np.ndarray) -> np.ndarray:
    parts = [
        _sigmoid(_forward(state.layers, encode(state, rows[start : start + SCORED_ROWS]))[-1][:, 0])
        for start in range(0, len(rows), SCORED_ROWS)
    ]
    return np.concatenate(parts)


def _forward(layers: list[np.ndarray], rows: np.ndarray) -> list[np.ndarray]:
    """The activations of every layer; the last is the logit."""
    seen = [rows]
    for number in range(0, len(layers), 2):
        value = seen[-1] @ layers[number] + layers[number + 1]
        seen.append(value if number + 2 == len(layers) else np.maximum(value, 0))
    return seen


def _gradients(layers: list[np.ndarray], rows: np.ndarray, label: np.ndarray) -> list[np.ndarray]:
    seen = _forward(layers, rows)
    error = (_sigmoid(seen[-1][:, 0]) - label).astype(np.float32)[:, None] / np.float32(len(rows))
    found: list[np.ndarray] = []
    for number in range(len(layers) - 2, -1, -2):
        below = seen[number // 2]
        found = [below.T @ error, error.sum(axis=0), *found]
        if number:  # the gradient of the input is not needed
            error = (error @ layers[number].T) * (below > 0)
    return found


def _step(state: State, gradients: list[np.ndarray], rate: float, decay: float) -> None:
    state.steps += 1
    # Plain floats: a float64 scalar would make the weights wider than float32.
    step_size = float(rate * np.sqrt(1 - BETA2**state.steps) / (1 - BETA1**state.steps))
    for layer, gradient, first, second in zip(state.layers, gradients, state.first, state.second, strict=True):
        first *= BETA1
        first += (1 - BETA1) * gradient
        second *= BETA2
        second += (1 - BETA2) * gradient * gradient
        if layer.ndim == 2:
            layer *= 1 - rate * decay
        layer -= step_size * first / (np.sqrt(second) + EPSILON)


def _sigmoid(logit: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
