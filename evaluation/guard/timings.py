"""Times beside the figures, as information: machines are noisy, so none has to hold.

`make bench B=guard` measures them with care.
"""

from benchmarks import guard
from benchmarks.guard_draft import SENTENCES
from benchmarks.guard_process import BARE, CHECK, CORE, WHOLE
from benchmarks.measuring import median, percentile
from benchmarks.report import number
from evaluation.guard.examining import Tell
from evaluation.guard.figures import Section, Table

ROUNDS = 40
_SIDES = ((WHOLE, "the whole guard, engine included"), (CORE, "its rules without the engine"),
          (BARE, "the engine without rules"))  # fmt: skip


def measure(tell: Tell, rounds: int = ROUNDS) -> Section:
    """Time the guard in a process of its own."""
    found = guard.timed(rounds, tell)
    rows = [
        (what, number(median(found.of(side)).value), number(percentile(found.of(side), 95)))
        for side, what in _SIDES
    ]
    rate = 1000 * guard.LINES / median(found.of(CHECK)).value
    rows.append(("`caveat check`, lines a second", f"{rate:,.0f}", "-"))
    title = f"CPU milliseconds for {SENTENCES} cited sentences, one core, {rounds} rounds"
    note = "Times are information: `make bench B=guard` measures them, with floors."
    return Section("Times", tables=(Table(title, ("what", "p50", "p95"), tuple(rows)),),
                   notes=(note,))  # fmt: skip
