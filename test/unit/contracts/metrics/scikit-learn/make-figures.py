"""Make the figures that the metrics are tested against. Run with numpy and scikit-learn 1.9.1; figures.json is committed.

Every case holds labels, predictions as float32 (so that both sides read the same numbers), whole-number weights of the rows
and what scikit-learn says. A weight stands for a row that occurs so many times.
"""

import json
from pathlib import Path

import numpy as np
from sklearn import metrics as sk

HERE = Path(__file__).parent
random = np.random.default_rng(7)
EPSILON = np.finfo(np.float64).eps


def ece(score, hit, weight, bins=15):
    """Expected calibration error over equal-width bins closed on the right; scikit-learn has none."""
    at = np.clip(np.ceil(score * bins).astype(int) - 1, 0, bins - 1)
    gaps = [abs((weight * (score - hit))[at == b].sum()) for b in range(bins)]
    return sum(gaps) / weight.sum()


def binary(label, score, weight):
    p = score.astype(np.float64)
    return {
        "roc_auc": sk.roc_auc_score(label, p, sample_weight=weight),
        "log_loss": sk.log_loss(label, np.clip(p, EPSILON, 1 - EPSILON), sample_weight=weight, labels=[0, 1]),
        "brier": sk.brier_score_loss(label, p, sample_weight=weight),
        "calibration_error": ece(p, label, weight),
    }


def multiclass(label, scores, weight):
    p = scores.astype(np.float64)
    p = p / p.sum(axis=1, keepdims=True)
    classes = list(range(p.shape[1]))
    top = scores.argmax(axis=1)
    f1 = lambda average: sk.f1_score(label, top, average=average, sample_weight=weight, zero_division=0)
    found = {
        "log_loss": sk.log_loss(label, np.clip(p, EPSILON, 1 - EPSILON), sample_weight=weight, labels=classes),
        "accuracy": sk.accuracy_score(label, top, sample_weight=weight),
        "f1_macro": f1("macro"),
        "f1_weighted": f1("weighted"),
        "calibration_error": ece(scores.max(axis=1).astype(np.float64), top == label, weight),
    }
    if set(label[weight > 0]) == set(classes):
        areas = [
            sk.roc_auc_score(label == of, scores[:, of].astype(np.float64), sample_weight=weight) for of in classes
        ]
        found["roc_auc_ovr"] = float(np.mean(areas))
    return found


def regression(label, predicted, weight, quantiles):
    p = predicted.astype(np.float64)
    mean = p[:, 0]
    losses = [
        sk.mean_pinball_loss(label, p[:, 1 + at], alpha=q, sample_weight=weight) for at, q in enumerate(quantiles)
    ]
    inside = (p[:, 1] <= label) & (label <= p[:, -1])
    return {
        "mae": sk.mean_absolute_error(label, mean, sample_weight=weight),
        "rmse": sk.root_mean_squared_error(label, mean, sample_weight=weight),
        "r2": sk.r2_score(label, mean, sample_weight=weight),
        "mean_error": float(np.average(mean - label, weights=weight)),
        "pinball_loss": float(np.mean(losses)),
        "interval_coverage": float(np.average(inside, weights=weight)),
    }


def case(name, problem, label, prediction, weight, expected):
    prediction = np.asarray(prediction, dtype=np.float32)
    return {
        "name": name,
        "problem": problem,
        "label": np.asarray(label).tolist(),
        "prediction": [float(value) for value in prediction.reshape(-1)],
        "weight": np.asarray(weight).astype(int).tolist(),
        "expected": {key: float(value) for key, value in expected.items()},
    }


BINARY = {"type": "binary-classification"}
MULTICLASS = {"type": "multiclass-classification", "classes": ["a", "b", "c", "d"]}
QUANTILES = [0.1, 0.5, 0.9]
REGRESSION = {"type": "regression", "quantiles": QUANTILES}


def binary_cases():
    for name, score in [
        ("plain", random.random(60)),
        ("ties", random.integers(0, 6, 60) / 5),
        ("certain", random.choice([0.0, 1.0, 1e-30, 0.5], 60)),
    ]:
        score = score.astype(np.float32)
        label = (random.random(60) < 0.2 + 0.6 * score).astype(int)
        for weighted in (False, True):
            weight = random.integers(0, 4, 60) if weighted else np.ones(60)
            title = f"binary, {name}{', weighted' if weighted else ''}"
            yield case(title, BINARY, label, score, weight, binary(label, score, weight))


def multiclass_cases():
    for name, absent, concentration in [
        ("plain", None, 1.0),
        ("certain", None, 0.02),
        ("absent class", 3, 1.0),
    ]:
        p = random.dirichlet(np.full(4, concentration), 80)
        label = np.array([random.choice(4, p=0.5 * row + 0.125) for row in p])
        if absent is not None:
            label[label == absent] = 0
        if name == "plain":
            p[:20] = np.round(p[:20] * 4) / 4 + 1e-3
            p = p / p.sum(axis=1, keepdims=True)
        score = p.astype(np.float32)
        for weighted in (False, True):
            weight = random.integers(0, 4, 80) if weighted else np.ones(80)
            title = f"multiclass, {name}{', weighted' if weighted else ''}"
            yield case(title, MULTICLASS, label, score, weight, multiclass(label, score, weight))


def regression_cases():
    for name, scale, offset in [("plain", 1, 0), ("far from zero", 1, 1e6), ("large", 1e12, 0), ("small", 1e-9, 0)]:
        label = offset + scale * random.normal(size=70)
        centre = label + scale * random.normal(size=70) * 0.5
        predicted = np.stack([centre, centre - scale, centre, centre + scale], axis=1).astype(np.float32)
        predicted[:10, 1:] = predicted[:10, :1]
        label[:5] = predicted[:5, 0]  # on the edge of the interval
        for weighted in (False, True):
            weight = random.integers(0, 4, 70) if weighted else np.ones(70)
            title = f"regression, {name}{', weighted' if weighted else ''}"
            yield case(title, REGRESSION, label, predicted, weight, regression(label, predicted, weight, QUANTILES))


cases = [*binary_cases(), *multiclass_cases(), *regression_cases()]
(HERE / "figures.json").write_text(json.dumps(cases) + "\n")
