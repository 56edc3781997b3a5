"""Accept a question so that none is lost: reserve its id, send it, and only then say so.

A crash or an outage between the steps leaves a reservation behind. A retry with the same key
finds it and sends the same question id again, which the pipeline's identity makes harmless.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from opentelemetry import trace

from caveat.chassis import metrics, tracing
from caveat.model import QuestionAsked
from services.gateway import core
from services.gateway.board import Board
from services.gateway.ports import AnswerStore, Outbox
from services.gateway.records import Claim, Reservation

log = logging.getLogger(__name__)

CLIENT = "http"  # until there is a sign-in


class Clash(StrEnum):
    """Why an Idempotency-Key cannot be used now."""

    STILL_RUNNING = "still_running"
    OTHER_QUESTION = "other_question"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A question that is durable in Kafka; `replayed` when it was already."""

    question_id: str
    replayed: bool


class Intake:
    """Holds the order: (1) reserve, (2) send, (3) accept."""

    def __init__(
        self,
        store: AnswerStore,
        outbox: Outbox,
        board: Board,
        *,
        now: Callable[[], datetime],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._board = board
        self._now = now
        self._entropy = entropy
        # In memory on purpose: a crash must not leave a key that stays "in work" for ever.
        self._running: dict[str, str] = {}

    async def take(self, question: core.NewQuestion, key: str | None) -> Acceptance | Clash:
        """Accept a question. Raises UpstreamUnavailable while the store or Kafka is away."""
        taken = await self._claimed(question, key)
        if isinstance(taken, Acceptance):
            # The trace of a question begins with the request that brings it, from whichever page.
            trace.get_current_span().set_attribute("caveat.question_id", taken.question_id)
            self._board.note(taken.question_id, trace_id=tracing.current_trace_id())
        return taken

    async def _claimed(self, question: core.NewQuestion, key: str | None) -> Acceptance | Clash:
        if key is None:
            return await self._take(question, tag="", body_hash="")
        tag, body_hash = core.tag_of(CLIENT, key), core.body_hash_of(question, key)
        if tag in self._running:
            same = self._running[tag] == body_hash
            return Clash.STILL_RUNNING if same else Clash.OTHER_QUESTION
        self._running[tag] = body_hash
        try:
            return await self._take(question, tag=tag, body_hash=body_hash)
        finally:
            del self._running[tag]

    async def _take(
        self, question: core.NewQuestion, *, tag: str, body_hash: str
    ) -> Acceptance | Clash:
        at = self._now()
        fresh_id = core.uuid7(at, self._entropy(10))
        reserved = await self._store.reserve(Reservation(fresh_id, tag, body_hash, at))
        if reserved.claim is Claim.MISMATCH:
            return Clash.OTHER_QUESTION
        if reserved.claim is Claim.REPLAY:
            return Acceptance(reserved.question_id, replayed=True)
        await self._outbox.send(
            QuestionAsked(
                question_id=reserved.question_id,
                text=question.text,
                lang=question.lang,
                region=question.region,
                audience=question.audience,
                client=CLIENT,
                asked_at=reserved.asked_at,
            )
        )
        await self._store.accept(reserved.question_id, self._now())
        metrics.questions_accepted.inc()
        log.info("accepted a question", extra={"question_id": reserved.question_id})
        return Acceptance(reserved.question_id, replayed=False)
