"""Carry a draft or a conclusion to its stored, signed decision."""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from caveat import wire
from caveat.attestation import Signer
from caveat.chassis import metrics
from caveat.chassis.stream import RECORD_LIMIT
from caveat.errors import ConflictingDraft, OversizeEvent
from caveat.model import AnswerDrafted, AnswerGuarded, Passage, QuestionConcluded, Source, Verdict
from services.guard.core import Judgement
from services.guard.decisions import make_decision
from services.guard.document import Imprint
from services.guard.examination import KINDS
from services.guard.policy import Policy
from services.guard.ports import Corpus, Decision, DecisionStore, Engine
from services.guard.publication import page_of_conclusion, page_of_draft
from services.guard.record import account_of_conclusion, account_of_draft
from services.guard.redrafting import Redrafter
from services.guard.rounds import Rounds
from services.guard.sealing import SALT_BYTES, salted

_FRAME = 256  # bytes around the parts of an event: tags, lengths, question id, version


@dataclass(frozen=True, slots=True)
class Judge:
    """The guard's work, with everything it needs of the world passed in."""

    policy: Policy
    engine: Engine
    corpus: Corpus
    store: DecisionStore
    signer: Signer
    now: Callable[[], datetime]
    new_answer_id: Callable[[], str]
    redrafter: Redrafter | None = None
    clock: Callable[[], float] = time.monotonic
    random_bytes: Callable[[int], bytes] = secrets.token_bytes

    async def judge(
        self, event: AnswerDrafted, *, redrafting: bool = True, policy: Policy | None = None
    ) -> Judgement:
        """Judge a draft round after round until nothing more is dropped. Records nothing.

        Another policy than the active one is only tried.
        """
        rounds = Rounds(
            policy=policy or self.policy,
            engine=self.engine,
            corpus=self.corpus,
            now=self.now,
            clock=self.clock,
            redrafter=self.redrafter if redrafting else None,
        )
        return await rounds.judge(event)

    async def decide_draft(
        self, event: AnswerDrafted, *, version: int, trace_id: str
    ) -> AnswerGuarded:
        """Return the decision about a draft, made now or found in the store.

        Raises ConflictingDraft when the stored decision is about another question.
        """
        digest = event.question.digest
        if found := await self.store.find(event.question_id, version):
            return _published(found, digest)
        judgement = await self.judge(event)
        imprint = self._imprint(event.question_id, version, trace_id)
        kept = salted(wire.encode(event), self.random_bytes(SALT_BYTES))
        make = make_decision(
            lambda number: page_of_draft(number, event, judgement, self.policy, imprint),
            account_of_draft(event, judgement, kept),
            imprint=imprint,
            digest=digest,
            signer=self.signer,
        )
        decision, stored_now = await self.store.decide_once(
            event.question_id, version, _publishable(make), draft=kept
        )
        if stored_now:
            self._count(decision, judgement)
        return _published(decision, digest)

    async def replay(
        self, number: int, policy: Policy | None = None
    ) -> tuple[Decision, Verdict, Judgement]:
        """Judge the stored draft of a decision again, by the policy of today or one to be tried.

        Returns the decision, the verdict that it recorded, and the new judgement. Nothing is
        recorded, signed, counted or redrafted. Raises UnknownRecord, PermanentError for a draft
        that cannot be opened, and UpstreamUnavailable.
        """
        decision, draft = await self.store.draft_of(number)
        event = wire.decode(AnswerDrafted, draft)
        judgement = await self.judge(event, redrafting=False, policy=policy)
        return decision, _verdict_in(decision), judgement

    async def decide_conclusion(
        self, event: QuestionConcluded, *, version: int, trace_id: str
    ) -> AnswerGuarded:
        """Return the decision about a question that ended early, made now or found in the store."""
        if found := await self.store.find(event.question_id, version):
            return _published(found, "")
        nearest: tuple[tuple[Passage, Source], ...] = ()
        if event.nearest_passage_ids:
            passages, sources = await self.corpus.passages(event.nearest_passage_ids)
            nearest = tuple((p, sources[p.source_id]) for p in passages.values())
        imprint = self._imprint(event.question_id, version, trace_id)
        make = make_decision(
            lambda number: page_of_conclusion(number, event, self.policy, imprint, nearest),
            account_of_conclusion(event),
            imprint=imprint,
            digest=event.digest,
            signer=self.signer,
        )
        decision, stored_now = await self.store.decide_once(
            event.question_id, version, _publishable(make)
        )
        if stored_now:
            self._count(decision, None)
        return _published(decision, "")

    def _imprint(self, question_id: str, version: int, trace_id: str) -> Imprint:
        return Imprint(self.new_answer_id(), question_id, version, self.now(), trace_id)

    def _count(self, decision: Decision, judgement: Judgement | None) -> None:
        verdict = _verdict_in(decision)
        metrics.guard_decisions.labels(str(verdict), self.policy.version).inc()
        if judgement is None:
            return
        for finding in judgement.findings:
            metrics.guard_rule_fired.labels(finding.rule_id, str(finding.action)).inc()
        for statement in judgement.first.statements:
            fate = judgement.fate_of(statement.sentence.sentence_id)
            metrics.sentences.labels(statement.kind, fate).inc()


def count_from_zero(policy: Policy) -> None:
    """Show every verdict, rule and part with 0, so that the first of each is seen as a rise."""
    metrics.from_zero(metrics.guard_decisions, Verdict, [policy.version])
    for rule in policy.rules.values():
        metrics.from_zero(metrics.guard_rule_fired, [rule.rule_id], [rule.action])
    metrics.from_zero(metrics.guard_seconds, ("engine", "screening", "judge", "redraft"))
    metrics.from_zero(metrics.sentences, KINDS, ("kept", "dropped", "redrafted"))


def _published(decision: Decision, digest: str) -> AnswerGuarded:
    """Turn a stored decision into the event; the bytes are the stored ones, however often."""
    if digest and decision.digest and digest != decision.digest:
        raise ConflictingDraft(decision.question_id)
    return AnswerGuarded(
        question_id=decision.question_id,
        version=decision.version,
        document=decision.document,
        jws=decision.jws,
        decision=decision.record,
        decision_jws=decision.record_jws,
    )


def _publishable(make: Callable[[int], Decision]) -> Callable[[int], Decision]:
    """Make decisions that fit into a record of the topic: one that is stored must go out.

    Raises OversizeEvent, and the question ends in a page of its own for that.
    """

    def make_one(number: int) -> Decision:
        decision = make(number)
        parts = (decision.document, decision.jws, decision.record, decision.record_jws)
        if (size := sum(map(len, parts)) + _FRAME) > RECORD_LIMIT:
            raise OversizeEvent(f"the decision comes to {size} bytes")
        return decision

    return make_one


def _verdict_in(decision: Decision) -> Verdict:
    return Verdict(json.loads(decision.record)["verdict"])
