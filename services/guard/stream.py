"""Kafka edge of the guard: drafts and conclusions in, signed answers out."""

import json
from collections.abc import Mapping

from caveat import wire
from caveat.chassis import tracing
from caveat.chassis.stream import Done, Emit, Message, Outcome, Reject, event_of
from caveat.errors import ConflictingDraft, MalformedEvent, MismatchedKey
from caveat.model import AnswerDrafted, AnswerGuarded, ConclusionCode, QuestionConcluded
from caveat.pipeline import ANSWER_GUARDED
from services.guard.judge import Judge

# Neither side of a conflict is concluded: what is stored stands as it is.
_LEFT_ALONE = (ConflictingDraft.reason, MismatchedKey.reason)


class GuardStream:
    """Handlers for the two roads; they share nothing but the judge, so neither waits."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    async def drafted(self, message: Message) -> Outcome:
        """Decide a draft."""
        event = event_of(AnswerDrafted, message)
        answer = await self._judge.decide_draft(
            event,
            version=message.version,
            trace_id=tracing.current_trace_id(),
        )
        return _emit(answer)

    async def concluded(self, message: Message) -> Outcome:
        """Decide a question that ended early."""
        event = event_of(QuestionConcluded, message)
        return await self._conclude(event, message.version)

    async def rejected(self, message: Message, reject: Reject) -> Outcome:
        """Decide `failed` for a message that cannot be used: the guard ends both roads."""
        if not message.question_id or reject.reason in _LEFT_ALONE:
            return Done()
        event = QuestionConcluded(message.question_id, ConclusionCode.FAILED, "guard")
        try:
            version = message.version
        except MalformedEvent:
            version = 1
        return await self._conclude(event, version)

    async def _conclude(self, event: QuestionConcluded, version: int) -> Outcome:
        answer = await self._judge.decide_conclusion(
            event, version=version, trace_id=tracing.current_trace_id()
        )
        return _emit(answer)


def _emit(answer: AnswerGuarded) -> Emit:
    return Emit(ANSWER_GUARDED, wire.encode(answer), _checked(answer))


def _checked(answer: AnswerGuarded) -> Mapping[str, int]:
    """Count for the reader's progress line, from the document: a repeat counts the same."""
    coverage = json.loads(answer.document)["guard"].get("coverage") or {}
    removed = coverage.get("removed", 0)
    checked = coverage.get("clinical", 0) + removed
    return {"checked": checked, "removed": removed} if checked else {}
