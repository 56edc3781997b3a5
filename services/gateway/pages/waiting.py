"""Say how far a question has come, as the steps that people see. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from caveat.pipeline import STAGES
from services.gateway.records import Progress

SLOW = timedelta(seconds=60)

_LABELS = {
    "screen": "Checking that your question is safe to answer",
    "retrieve": "Looking in trusted sources",
    "draft": "Writing a draft",
    "check": "Checking every sentence against its source",
    "publish": "Publishing",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the waiting page; `state` is done, now or next."""

    name: str
    label: str
    state: str


def steps_of(progress: Progress) -> tuple[Step, ...]:
    """List the steps. A rank that is not known yet leaves the first one in work."""
    ranked = sorted((stage.seq, stage.step) for stage in STAGES if stage.step)
    done = [progress.seq >= seq for seq, _ in ranked]
    first_open = done.index(False) if False in done else len(done)
    return tuple(
        Step(
            name,
            _LABELS[name],
            "done" if index < first_open else "now" if index == first_open else "next",
        )
        for index, (_, name) in enumerate(ranked)
    )


def is_slow(progress: Progress, now: datetime) -> bool:
    """Tell whether this takes longer than a reader was told."""
    return progress.asked_at is not None and now - progress.asked_at > SLOW
