"""Fit a linear classifier and write it down in thousandths."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

UNIT = 1000
SMALLEST = 30  # thousandths; a weight below this changes no decision


def fit(
    features: Sequence[Collection[str]],
    labels: Sequence[str],
    *,
    strength: float = 20.0,
    least: int = 2,
    weakest: float = 0.0,
    only: str = "",
) -> dict[str, Any]:
    """Return the model as its file holds it.

    `strength` is the inverse of the penalty; a feature counts from `least` texts on. What weighs
    less than `weakest` is left out, and the rest is fitted again without it. With `only` the model
    has that one class against all others.
    """
    seen = Counter(feature for one in features for feature in set(one))
    names = sorted(name for name, count in seen.items() if count >= least)
    wanted = np.array([label == only for label in labels] if only else list(labels))
    model = LogisticRegression(C=strength, max_iter=1000, class_weight="balanced", tol=1e-5)
    rows = _matrix(features, names)
    model.fit(rows, wanted)
    if weakest:
        strong = np.flatnonzero(np.abs(model.coef_).max(axis=0) >= weakest)
        names = [names[at] for at in strong]
        model.fit(rows[:, strong], wanted)
    classes = [only] if only else [str(name) for name in model.classes_]
    return {
        "format": "caveat-linear-1",
        "classes": classes,
        "bias": [round(UNIT * float(bias)) for bias in model.intercept_],
        "weights": _weights(names, model.coef_),
    }


def _matrix(features: Sequence[Collection[str]], names: Sequence[str]) -> csr_matrix:
    """Each feature counts once, over the root of how many the text has, as when it is judged."""
    place = {name: index for index, name in enumerate(names)}
    columns, ends, values = [], [0], []
    for one in features:
        known = sorted(place[name] for name in set(one) if name in place)
        columns += known
        values += [1 / np.sqrt(max(1, len(set(one))))] * len(known)
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(features), len(names)))


def _weights(names: Sequence[str], rows: np.ndarray) -> dict[str, list[int]]:
    kept = {}
    for name, column in zip(names, rows.T, strict=True):
        weights = [round(UNIT * float(weight)) for weight in column]
        if max(map(abs, weights)) >= SMALLEST:
            kept[name] = weights
    return kept
