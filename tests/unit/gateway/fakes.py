"""Builders and fakes of the gateway's tests."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc.jwk import OKPKey

from caveat import attestation, wire
from caveat.chassis.stream import Message
from caveat.errors import UpstreamUnavailable
from caveat.model import AnswerPublished, ProgressMade, Rendering
from caveat.pipeline import ANSWER_PUBLISHED, PROGRESS_MADE
from services.gateway.attested import Attestor
from services.gateway.records import (
    Added,
    Backlog,
    Claim,
    Position,
    Progress,
    Reservation,
    Reserved,
    SignedAnswer,
    StoredAnswer,
)
from tests.builders import a_document

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUESTION_ID = "01980000-0000-7000-8000-000000000001"
OTHER_ID = "01980000-0000-7000-8000-000000000002"
ANSWER_ID = "ans_0123456789abcdefghijklmnop"

SIGNER = attestation.Signer(OKPKey.generate_key("Ed25519"))
JWKS = {"keys": [SIGNER.key.as_dict(private=False)]}
VERIFIER = attestation.verifier_of(JWKS)
ATTESTOR = Attestor(VERIFIER)


class FakeLogKeys(attestation.LogKeys):
    """The verifier keys of a log, without a file."""

    def __init__(self, *vkeys: str) -> None:
        self._vkeys = vkeys

    @property
    def vkeys(self) -> tuple[str, ...]:
        return self._vkeys


LOG_KEYS = FakeLogKeys("caveat.example/log+00000000+old", "caveat.example/log+11111111+new")


def a_reservation(**changes: Any) -> Reservation:
    return replace(Reservation(QUESTION_ID, "tag", "body", NOON), **changes)


def a_position(next_offset: int = 8, partition: int = 3) -> Position:
    return Position(ANSWER_PUBLISHED, partition, next_offset, timestamp_ms=1_000 * next_offset)


def a_signed_answer(**changes: Any) -> SignedAnswer:
    document = attestation.canonical(
        a_document(
            version=changes.get("version", 1),
            question_id=changes.get("question_id", QUESTION_ID),
            id=changes.get("answer_id", ANSWER_ID),
        )
    )
    document = changes.get("document", document)
    answer = SignedAnswer(
        question_id=QUESTION_ID,
        version=1,
        answer_id=ANSWER_ID,
        outcome="published",
        document=document,
        jws=SIGNER.sign(document),
        key_id=SIGNER.key_id,
        sha256=attestation.sha256_hex(document),
    )
    return replace(answer, **changes)


A_PAGE = Rendering("text/html", b"<p>stored</p>")


def a_published_answer(**changes: Any) -> AnswerPublished:
    answer = a_signed_answer()
    event = AnswerPublished(
        QUESTION_ID, 1, ANSWER_ID, answer.document, answer.jws, renderings=(A_PAGE,)
    )
    return replace(event, **changes)


def a_message(event: Any = None, **changes: Any) -> Message:
    message = Message(
        topic=PROGRESS_MADE if isinstance(event, ProgressMade) else ANSWER_PUBLISHED,
        partition=3,
        offset=7,
        timestamp_ms=8_000,
        key=event.question_id if event else QUESTION_ID,
        value=wire.encode(event) if event else None,
        headers={},
    )
    return replace(message, **changes)


class Clock:
    """Goes on by a second whenever it is asked."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


class Away:
    """A switch that a fake asks before each call."""

    def __init__(self, peer: str) -> None:
        self.peer = peer
        self.away = False
        self.calls = 0

    def check(self) -> None:
        self.calls += 1
        if self.away:
            raise UpstreamUnavailable(self.peer)


class FakeStore:
    """AnswerStore in dictionaries."""

    def __init__(self) -> None:
        self.world = Away("store")
        self.tags: dict[str, Reservation] = {}
        self.questions: dict[str, Progress] = {}
        self.answers: dict[tuple[str, int], SignedAnswer] = {}
        self.next: dict[tuple[str, int], Position] = {}

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def reserve(self, reservation: Reservation) -> Reserved:
        self.world.check()
        first = self.tags.get(reservation.tag)
        if first is None:
            at = reservation.asked_at
            self.questions[reservation.question_id] = Progress(
                reservation.question_id, accepted=False, seq=0, asked_at=at, updated_at=at
            )
            if reservation.tag:
                self.tags[reservation.tag] = reservation
            return Reserved(Claim.NEW, reservation.question_id, at)
        claim = Claim.REPLAY if self.questions[first.question_id].accepted else Claim.UNSENT
        if first.body_hash != reservation.body_hash:
            claim = Claim.MISMATCH
        return Reserved(claim, first.question_id, first.asked_at)

    async def accept(self, question_id: str, at: datetime) -> None:
        self.world.check()
        found = self.questions.get(question_id)
        if found and not found.accepted:
            self.questions[question_id] = replace(found, accepted=True, updated_at=at)

    async def note_progress(self, question_id: str, seq: int, at: datetime) -> None:
        self.world.check()
        found = self.questions.get(question_id) or Progress(question_id, True, 0, None, at)
        if seq > found.seq:
            self.questions[question_id] = replace(found, accepted=True, seq=seq, updated_at=at)

    async def progress(self, question_id: str) -> Progress | None:
        self.world.check()
        return self.questions.get(question_id)

    async def add_answer(self, answer: SignedAnswer, position: Position, at: datetime) -> Added:
        self.world.check()
        key = (answer.question_id, answer.version)
        taken = any(
            a.answer_id == answer.answer_id and a.question_id != answer.question_id
            for a in self.answers.values()
        )
        if taken or (key in self.answers and self.answers[key].document != answer.document):
            return Added.CONFLICT
        await self.advance(position)
        if key in self.answers:
            return Added.REPEAT
        self.answers[key] = answer
        found = self.questions.get(answer.question_id) or Progress(
            answer.question_id, True, 0, None, at
        )
        highest = self.answers[answer.question_id, self._latest(answer.question_id)]
        self.questions[answer.question_id] = replace(
            found,
            accepted=True,
            updated_at=at,
            outcome=highest.outcome,
            answer_id=highest.answer_id,
        )
        return Added.NEW

    def _latest(self, question_id: str) -> int:
        return max((v for q, v in self.answers if q == question_id), default=0)

    async def advance(self, position: Position) -> None:
        self.world.check()
        self.next[position.topic, position.partition] = position

    async def positions(self, topic: str) -> Mapping[int, Position]:
        self.world.check()
        return {p: position for (t, p), position in self.next.items() if t == topic}

    async def backlog(self) -> Backlog:
        self.world.check()
        waiting = [q for q in self.questions.values() if q.accepted and q.outcome is None]
        since = min((q.asked_at or q.updated_at for q in waiting), default=None)
        return Backlog(len(waiting), since)

    async def answer(self, name: str, version: int | None = None) -> StoredAnswer | None:
        self.world.check()
        question_id = next((q for (q, _), a in self.answers.items() if a.answer_id == name), name)
        latest = self._latest(question_id)
        found = self.answers.get((question_id, version or latest))
        if found is None:
            return None
        return StoredAnswer(found, latest)


class FakeProducer:
    """The part of DurableProducer that the gateway sends with."""

    def __init__(self) -> None:
        self.world = Away("kafka")
        self.sent: list[tuple[str, bytes, bytes | None, Mapping[str, bytes]]] = []
        self.held: asyncio.Event | None = None
        self.reached = asyncio.Event()

    async def put_within(
        self, seconds: float, topic: str, value: bytes, *, key: bytes, headers: Mapping[str, bytes]
    ) -> None:
        self.reached.set()
        if self.held is not None:
            await self.held.wait()
        self.world.check()
        self.sent.append((topic, value, key, headers))

    async def put(
        self, topic: str, value: bytes | None, *, key: bytes | None, headers: Mapping[str, bytes]
    ) -> None:
        self.sent.append((topic, value or b"", key, headers))
