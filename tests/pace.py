"""How the time that a text takes grows with its length: a ratio, since machines are busy."""

import time
from collections.abc import Callable


def holds_pace(work: Callable[[str], object], text: str) -> bool:
    """Tell whether a text takes no more than its length: four times as long, not sixteen times."""
    return _least(work, text) < 8 * _least(work, text[: len(text) // 4]) + 0.02


def _least(work: Callable[[str], object], text: str) -> float:
    """Measure the CPU seconds that a text takes, the least of three runs."""
    seconds = []
    for _ in range(3):
        began = time.process_time()
        work(text)
        seconds.append(time.process_time() - began)
    return min(seconds)
