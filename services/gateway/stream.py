"""Kafka edge of the gateway: take in published answers, and progress on the way to them."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from caveat import attestation
from caveat.chassis import metrics, tracing
from caveat.chassis.stream import Done, Message, Outcome, Reject, event_of
from caveat.errors import MalformedEvent
from caveat.model import AnswerPublished, ProgressMade
from caveat.pipeline import STAGE
from services.gateway.arrivals import Arrivals
from services.gateway.attested import Attestor
from services.gateway.board import Board, Step
from services.gateway.core import AUDIENCES, OUTCOMES
from services.gateway.pace import Pace
from services.gateway.ports import AnswerStore
from services.gateway.records import Added, Position, SignedAnswer

log = logging.getLogger(__name__)

_CONFLICT = "conflicting_answer"
_MOST_COUNTS, _LONGEST_COUNT = 8, 32

Now = Callable[[], datetime]


class AnswerReader:
    """Keeps each answer whose signature holds and whose document is the one it is sent as."""

    def __init__(
        self,
        store: AnswerStore,
        attestor: Attestor,
        arrivals: Arrivals,
        pace: Pace,
        now: Now,
    ) -> None:
        self._store = store
        self._attestor = attestor
        self._arrivals = arrivals
        self._pace = pace
        self._now = now
        metrics.from_zero(metrics.outcomes, sorted(OUTCOMES), sorted(AUDIENCES))
        metrics.from_zero(metrics.dead_letters, ["gateway"], [_CONFLICT])

    async def handle(self, message: Message) -> Outcome:
        """Take in one record of answer.published."""
        event = event_of(AnswerPublished, message)
        answer, audience = self._verified(event)
        position = _after(message)
        added = await self._store.add_answer(answer, position, self._now())
        if added is Added.CONFLICT:
            log.error(
                "refused a second answer",
                extra={"question_id": answer.question_id, "sha256": answer.sha256},
            )
            return Reject(_CONFLICT, "ConflictingAnswer")
        self._arrivals.tell(answer.question_id)
        if added is Added.NEW:
            await self._count(answer, audience)
        return Done()

    async def skip(self, message: Message, reject: Reject) -> Outcome:
        """Move on past a record that went to the dead letters."""
        await self._store.advance(_after(message))
        return Done()

    def _verified(self, event: AnswerPublished) -> tuple[SignedAnswer, str]:
        """Open what the guard signed. The record's presentations are not, and are left alone."""
        attested = self._attestor.open_arrived(event)
        outcome = str(attested.document.get("status"))
        if outcome not in OUTCOMES or event.version < 1 or not event.answer_id.startswith("ans_"):
            raise MalformedEvent("the document has no known status, version or id")
        answer = SignedAnswer(
            question_id=event.question_id,
            version=event.version,
            answer_id=event.answer_id,
            outcome=outcome,
            document=event.document,
            jws=event.jws,
            key_id=attested.key_id,
            sha256=attestation.sha256_hex(event.document),
        )
        audience = str(attested.document.get("audience"))
        return answer, audience if audience in AUDIENCES else "other"

    async def _count(self, answer: SignedAnswer, audience: str) -> None:
        metrics.outcomes.labels(answer.outcome, audience).inc()
        progress = await self._store.progress(answer.question_id)
        if answer.version == 1 and progress is not None and progress.asked_at is not None:
            took = (self._now() - progress.asked_at).total_seconds()
            metrics.question_seconds.observe(max(took, 0.0))
            self._pace.note(took)
        log.info(
            "stored an answer",
            extra={"question_id": answer.question_id, "outcome": answer.outcome},
        )


class ProgressReader:
    """Notes progress, best effort: what cannot be read or stored is passed over."""

    def __init__(self, store: AnswerStore, board: Board, arrivals: Arrivals, now: Now) -> None:
        self._store = store
        self._board = board
        self._arrivals = arrivals
        self._now = now

    async def apply(self, message: Message) -> None:
        """Take in one record of progress.made."""
        try:
            event = event_of(ProgressMade, message)
            if event.stage in STAGE and STAGE[event.stage].step:
                seq = STAGE[event.stage].seq
                trace_id = tracing.trace_id_of(message.headers)
                step = Step(seq, event.at, _small(event.counts))
                self._board.note(event.question_id, step, trace_id=trace_id)
                await self._store.note_progress(event.question_id, seq, self._now())
                self._arrivals.tell_progress(event.question_id)
        except Exception as error:
            # One record that nobody needs must not stop the reading of the others.
            log.warning(
                "passed over progress",
                extra={"question_id": message.question_id, "error": type(error).__name__},
            )


def _small(counts: Mapping[str, int]) -> dict[str, int]:
    """Keep the counts that a stage may tell: a few, by short names."""
    told = sorted(counts.items())[:_MOST_COUNTS]
    return {name: count for name, count in told if len(name) <= _LONGEST_COUNT and count >= 0}


def _after(message: Message) -> Position:
    return Position(message.topic, message.partition, message.offset + 1, message.timestamp_ms)
