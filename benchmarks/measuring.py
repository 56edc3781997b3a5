"""Measure on a machine that others use too: take turns, take medians, say how sure they are.

Pure but for `machine`. A ratio of two figures of one run says more than either of them.
"""

import math
import os
import platform
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

_SURE = 0.95
_DISTURBING = 0.2  # of the machine, used by others


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, and between which two it lies."""

    value: float
    low: float
    high: float

    def scaled(self, factor: float) -> "Estimate":
        """Return the same in another unit."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least so many percent of the values do not exceed.

    It is one of the values: nothing is made up between them. Raises ValueError for none.
    """
    if not values or not 0 < percent <= 100:
        raise ValueError("a percentile needs values, and a percent from above 0 to 100")
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]


def median(values: Sequence[float]) -> Estimate:
    """Return the median with its 95 % interval, which assumes nothing of how values are spread.

    The interval's ends are the k-th value from below and from above, for the largest k that the
    binomial distribution allows. Under six values no k is sure enough: then it is their range.
    """
    ordered = sorted(values)
    count = len(ordered)
    k = _rank(count)
    return Estimate(statistics.median(ordered), ordered[k], ordered[count - 1 - k])


def _rank(count: int) -> int:
    """Find how many values may be left out on either side, at 95 %."""
    left_out, tail = 0, 0.0
    while left_out < count // 2:
        tail += math.comb(count, left_out) / 2**count
        if tail > (1 - _SURE) / 2:
            break
        left_out += 1
    return max(left_out - 1, 0)


def ratio(ours: Sequence[float], baseline: Sequence[float]) -> Estimate:
    """Compare two series that were measured in turns: the median of the rounds' ratios.

    Each round is compared with its own baseline, so a slow minute of the machine slows both.
    """
    return median([one / other for one, other in zip(ours, baseline, strict=True)])


def difference(ours: Sequence[float], baseline: Sequence[float]) -> Estimate:
    """As `ratio`, for what is added."""
    return median([one - other for one, other in zip(ours, baseline, strict=True)])


def turns(names: Sequence[str], rounds: int) -> Iterator[tuple[int, str]]:
    """Say who is measured when: everybody once a round, and each round another one begins.

    Whoever always went second would always meet the warm caches, or the tired machine.
    """
    for number in range(rounds):
        first = number % len(names)
        for name in (*names[first:], *names[:first]):
            yield number, name


@dataclass(frozen=True, slots=True)
class Busy:
    """How the machine's CPU was used while something ran, in CPU seconds."""

    seconds: float
    cores: int
    all: float
    ours: float

    @property
    def used(self) -> float:
        """The share of the machine that was busy, 0 to 1."""
        return self.all / (self.seconds * self.cores)

    @property
    def others(self) -> float:
        """The share of the machine that went to what we did not start, 0 to 1."""
        return max(self.all - self.ours, 0.0) / (self.seconds * self.cores)

    @property
    def disturbed(self) -> bool:
        """Tell whether so much went to others that absolute times say nothing."""
        return self.others > _DISTURBING

    @property
    def told(self) -> str:
        """Say it in a sentence."""
        told = f"Meanwhile the machine was {100 * self.used:.0f} % busy;"
        told += (
            f" {100 * self.others:.0f} % of it went to programs that have nothing to do with this."
        )
        if not self.disturbed:
            return told
        return f"**Disturbed.** {told} Its times say little and its ratios less than they should."


def busy_seconds() -> float:
    """Tell how many CPU seconds this machine has worked since it started."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    guests = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)  # in user already
    return float(sum(times) - idle - guests)


def machine() -> Mapping[str, Any]:
    """Say what the figures were measured on; nothing that names it."""
    memory = psutil.virtual_memory().total
    return {
        "cores": os.cpu_count() or 1,
        "memory_gb": round(memory / 1e9),
        "python": platform.python_version(),
        "system": platform.system(),
        "load": round(os.getloadavg()[0], 1),
    }
