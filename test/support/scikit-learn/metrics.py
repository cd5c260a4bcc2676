"""Metrics of recorded scores, by scikit-learn. Arguments: a Parquet file of scores, classes and quantiles as JSON."""

import json
import sys

import duckdb
import numpy as np
from sklearn import metrics


def multiclass(label: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    # float32 probabilities of a row do not add up to 1 exactly.
    normalised = probabilities / probabilities.sum(axis=1, keepdims=True)
    classes = list(range(probabilities.shape[1]))
    guess = probabilities.argmax(axis=1)
    return {
        "accuracy": metrics.accuracy_score(label, guess),
        "log_loss": metrics.log_loss(label, normalised, labels=classes),
        "f1_macro": metrics.f1_score(label, guess, average="macro"),
        "f1_weighted": metrics.f1_score(label, guess, average="weighted"),
        "roc_auc_ovr": float(np.mean([metrics.roc_auc_score(label == of, probabilities[:, of]) for of in classes])),
    }


def regression(label: np.ndarray, outputs: np.ndarray, quantiles: list[float]) -> dict[str, float]:
    prediction = outputs[:, 0]
    losses = [metrics.mean_pinball_loss(label, outputs[:, 1 + at], alpha=q) for at, q in enumerate(quantiles)]
    return {
        "mae": metrics.mean_absolute_error(label, prediction),
        "rmse": metrics.root_mean_squared_error(label, prediction),
        "r2": metrics.r2_score(label, prediction),
        "mean_error": float(np.mean(prediction - label)),
        "pinball_loss": float(np.mean(losses)),
        "interval_coverage": float(np.mean((outputs[:, 1] <= label) & (label <= outputs[:, -1]))),
    }


path, problem, quantiles = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
rows = duckdb.sql(f"select label::double as label, candidate_outputs from read_parquet('{path}')").fetchall()
label = np.array([row[0] for row in rows])
outputs = np.array([row[1] for row in rows], dtype=np.float64)
if problem == "regression":
    print(json.dumps(regression(label, outputs, quantiles)))
else:
    print(json.dumps(multiclass(label.astype(int), outputs)))
