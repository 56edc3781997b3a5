"""Tell what happens to a question as events: their ranks, words and bytes. Pure.

An event's `seq` is a fixed rank: 0 for the start, that of the stage for a step, and one above for
the end. So repeats agree, and so do gateways that have heard of different things.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caveat.pipeline import STAGES
from services.gateway.board import Heard
from services.gateway.records import Progress
from services.gateway.views import Shown, envelope, question_links, rfc3339, to_json

STEPS: Mapping[int, str] = {stage.seq: stage.step for stage in STAGES if stage.step}
LAST = max(STEPS) + 1
"""The rank of the end."""

RETRY = b"retry: 3000\n\n"
KEEP_ALIVE = b": keep-alive\n\n"

_CHECK, _PUBLISH = (seq for seq, step in sorted(STEPS.items()) if step in ("check", "publish"))
_DRAFTED = frozenset(seq for seq, step in STEPS.items() if step in ("retrieve", "draft"))
ENDS: Mapping[str, str] = {
    "published": "answer.completed",
    "refused": "answer.refused",
    "insufficient_evidence": "answer.insufficient",
    "failed": "answer.failed",
}
"""What the last event is called, by outcome."""
_SEQ = re.compile(r"\d{1,9}", re.ASCII)

LABELS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "en": {
        "screen": ("Checked whether your question is safe to answer", ""),
        "retrieve": (
            "Looked in trusted sources",
            "Looked in trusted sources: {found} found, {kept} kept",
        ),
        "draft": ("Wrote a draft", "Wrote a draft: {sentences} sentences"),
        "check": (
            "Checked the page",  # without a draft there are no sentences to check
            "Checked every sentence against its source: {checked} checked, {removed} removed",
        ),
        "publish": ("Published", ""),
    }
}
"""What a step is called for its reader, by language, without its counts and with them."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event, and whether it is the last one."""

    seq: int
    content: bytes

    @property
    def is_last(self) -> bool:
        """Whether nothing follows."""
        return self.seq == LAST


@dataclass(frozen=True, slots=True)
class Account:
    """All that is known of a question: its progress, what was heard of it, and its answer."""

    progress: Progress
    heard: Heard
    answer: Shown | None = None
    left: int | None = None  # seconds, about


def read_seq(text: str) -> int | None:
    """Read the rank after which to go on; None for anything that was never sent."""
    return int(text) if _SEQ.fullmatch(text) else None


def events_after(account: Account, seq: int) -> Iterator[Event]:
    """Tell what is known above a rank, in order."""
    if seq < 0:
        yield _accepted(account)
    for rank in completed(account):
        if rank > seq:
            yield _step(account, rank)
    if account.answer is not None and seq < LAST:
        yield _end(account, account.answer)


def completed(account: Account) -> tuple[int, ...]:
    """List the ranks of the steps that were surely completed.

    A question that ends early skips steps, and the store's rank does not say which road was
    taken. Retrieval and drafting come after all before them; a published answer went through
    everything; and whatever ended was checked and published.
    """
    rank, known = account.progress.seq, set(account.heard.steps)
    outcome = account.progress.outcome if account.answer else None
    if outcome == "published":
        known |= STEPS.keys()
    elif outcome is not None:
        known |= {_CHECK, _PUBLISH}
    if rank in STEPS:
        known.add(rank)
    if drafted := known & _DRAFTED:
        known |= {seq for seq in STEPS if seq < max(drafted)}
    return tuple(sorted(known & STEPS.keys()))


def label_of(step: str, counts: Mapping[str, int], lang: str = "en") -> str:
    """Say in plain words what a step came to."""
    words, with_counts = LABELS.get(lang, LABELS["en"])[step]
    try:
        return with_counts.format(**counts) or words
    except KeyError:  # counts that were not told
        return words


# --- one event -----------------------------------------------------------------------------------


def _accepted(account: Account) -> Event:
    progress = account.progress
    fields = {
        "status": "accepted",
        "eta_s": account.left,
        "links": question_links(progress.question_id, None),
    }
    return _event(account, 0, "question.accepted", progress.asked_at, fields)


def _step(account: Account, rank: int) -> Event:
    step, known = STEPS[rank], account.heard.steps.get(rank)
    counts = dict(known.counts) if known else {}
    fields = {
        "step": step,
        "label": label_of(step, counts),
        "ms": _milliseconds(account, rank),
        "counts": counts,
    }
    at = known.at if known else account.progress.updated_at
    return _event(account, rank, "step.completed", at, fields)


def _milliseconds(account: Account, rank: int) -> int | None:
    """Say how long a step took: since the step before it, or since the question was asked."""
    step = account.heard.steps.get(rank)
    before = [seq for seq in completed(account) if seq < rank]
    earlier = account.heard.steps.get(before[-1]) if before else None
    began = earlier.at if earlier else account.progress.asked_at
    if step is None or began is None or (before and earlier is None):
        return None
    return max(round((step.at - began).total_seconds() * 1000), 0)


def _end(account: Account, answer: Shown) -> Event:
    """Tell the answer. Its signed bytes are canonical JSON, and so have no line break."""
    name = ENDS[answer.signed.outcome]
    head = _head(account, LAST, account.progress.updated_at)
    content = to_json(head)[:-1] + b"," + envelope(answer)[1:]
    return Event(LAST, _frame(LAST, name, content))


def _event(
    account: Account, seq: int, name: str, at: datetime | None, fields: Mapping[str, Any]
) -> Event:
    content = to_json({**_head(account, seq, at), **fields})
    return Event(seq, _frame(seq, name, content))


def _head(account: Account, seq: int, at: datetime | None) -> dict[str, Any]:
    return {
        "seq": seq,
        "at": rfc3339(at or account.progress.updated_at),
        "question_id": account.progress.question_id,
        "trace_id": account.heard.trace_id or None,
    }


def _frame(seq: int, name: str, content: bytes) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (seq, name.encode(), content)
