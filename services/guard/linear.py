"""A linear classifier over named features: what it weighs can be read, and nothing is executed.

A model is a JSON file: classes, a bias for each, and for each feature one weight a class, all in
thousandths. A text is the set of its features; each counts once, divided by the root of how many
there are, so that a long text has no louder voice. scripts/train writes such files.
"""

import hashlib
import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import repeat

from caveat.errors import PolicyMisconfigured

_FORMAT = "caveat-linear-1"
_UNIT = 1000


@dataclass(frozen=True, slots=True)
class Linear:
    """A model that was read; weights are whole numbers, in thousandths.

    `rows` has a number a class for each feature, `single` the bare number when there is only one
    class: looking them up is most of the work. The other of the two is empty.
    """

    classes: tuple[str, ...]
    bias: tuple[int, ...]
    rows: Mapping[str, tuple[int, ...]]
    single: Mapping[str, int]
    sha256: str

    def scores(self, features: Collection[str]) -> tuple[float, ...]:
        """Return the log-odds of each class, in the order of `classes`."""
        if self.single:
            sums = [sum(map(self.single.get, features, repeat(0)))]
        else:
            rows = list(filter(None, map(self.rows.get, features)))
            sums = [sum(row[at] for row in rows) for at in range(len(self.classes))]
        root = math.sqrt(max(1, len(features)))
        return tuple((b + s / root) / _UNIT for b, s in zip(self.bias, sums, strict=True))

    def permille(self, features: Collection[str]) -> dict[str, int]:
        """Return the probability of each class in thousandths.

        With one class it is that of yes against no; with several they add up to about 1,000.
        """
        scores = self.scores(features)
        if len(scores) == 1:
            return {self.classes[0]: round(_UNIT / (1 + math.exp(-_bounded(scores[0]))))}
        most = max(scores)
        powers = [math.exp(_bounded(score - most)) for score in scores]
        return {
            name: round(_UNIT * power / sum(powers))
            for name, power in zip(self.classes, powers, strict=True)
        }

    def knows(self, feature: str) -> bool:
        """Tell whether the feature stood in enough of the texts that it was trained on."""
        return feature in self.single or feature in self.rows

    def weight(self, feature: str, name: str) -> int:
        """Return what a feature says for a class, in thousandths before the root; 0 for nothing."""
        if self.single:
            return self.single.get(feature, 0) if name in self.classes else 0
        found = self.rows.get(feature)
        return found[self.classes.index(name)] if found else 0


def _bounded(score: float) -> float:
    return max(-60.0, min(60.0, score))


def read_linear(content: bytes) -> Linear:
    """Read a model. Raises PolicyMisconfigured for anything but one."""
    try:
        given = json.loads(content)
        if given["format"] != _FORMAT:
            raise PolicyMisconfigured("the classifier's file has another format")
        classes, bias = tuple(given["classes"]), tuple(map(int, given["bias"]))
        weights = {name: tuple(map(int, row)) for name, row in given["weights"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PolicyMisconfigured("the classifier's file cannot be read") from error
    if not classes or any(len(row) != len(classes) for row in (bias, *weights.values())):
        raise PolicyMisconfigured("the classifier's file has a row of another length")
    single = {name: row[0] for name, row in weights.items()} if len(classes) == 1 else {}
    rows = {} if single else weights
    return Linear(classes, bias, rows, single, hashlib.sha256(content).hexdigest())


@cache
def shipped(name: str) -> Linear:
    """Read a model of this package, and hold it to the digest in digests.json.

    Raises PolicyMisconfigured: a model that was exchanged judges nothing.
    """
    return read_linear(shipped_bytes(name))


def shipped_bytes(name: str) -> bytes:
    """Read a file of what was trained. Raises PolicyMisconfigured when it is not the one."""
    folder = resources.files("services.guard.models")
    try:
        content = folder.joinpath(f"{name}.json").read_bytes()
        digests = json.loads(folder.joinpath("digests.json").read_bytes())
    except (OSError, ValueError) as error:
        raise PolicyMisconfigured(f"the classifier {name} cannot be read") from error
    if digests.get(name) != hashlib.sha256(content).hexdigest():
        raise PolicyMisconfigured(f"the classifier {name} is not the one that was trained")
    return content
