"""What was told lately about the steps of questions, in this process: times, counts, the trace.

The store keeps a rank only. What is not on the board any more, or was told before this process
began, is told from the rank, without counts.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

_QUESTIONS = 10_000


@dataclass(frozen=True, slots=True)
class Step:
    """A step that a stage completed, with small counts for the reader."""

    seq: int
    at: datetime
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of one question; `trace_id` is empty when it is not."""

    trace_id: str = ""
    steps: Mapping[int, Step] = field(default_factory=dict)


class Board:
    """What was heard of the questions that were heard of last."""

    def __init__(self, questions: int = _QUESTIONS) -> None:
        self._most = questions
        self._heard: OrderedDict[str, Heard] = OrderedDict()

    def note(self, question_id: str, step: Step | None = None, *, trace_id: str = "") -> None:
        """Note a step, or a trace; the first to tell of it is believed: repeats come later."""
        before = self.heard(question_id)
        steps = before.steps if step is None else {step.seq: step, **before.steps}
        self._heard[question_id] = Heard(before.trace_id or trace_id, steps)
        self._heard.move_to_end(question_id)
        if len(self._heard) > self._most:
            self._heard.popitem(last=False)

    def heard(self, question_id: str) -> Heard:
        """Return what is known of a question."""
        return self._heard.get(question_id, Heard())
