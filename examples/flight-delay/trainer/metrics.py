"""Scores that steer the search. They do not decide about a release: the engine measures the model itself."""

import numpy as np


def log_loss(label: np.ndarray, score: np.ndarray) -> float:
    p = np.clip(score, 1e-7, 1 - 1e-7)
    return float(-np.mean(np.where(label == 1, np.log(p), np.log1p(-p))))


def roc_auc(label: np.ndarray, score: np.ndarray) -> float:
    """Share of (late, punctual) pairs in the right order; equal scores count half."""
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positives = int(label.sum())
    negatives = len(label) - positives
    return float((rank[label == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))
