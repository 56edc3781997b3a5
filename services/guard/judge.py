"""Carry a draft or a conclusion to its stored, signed decision."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from caveat.attestation import Signer
from caveat.chassis import metrics
from caveat.errors import ConflictingDraft
from caveat.model import (
    AnswerDrafted,
    AnswerGuarded,
    ConclusionCode,
    Draft,
    Passage,
    QuestionConcluded,
    Source,
    Verdict,
)
from services.guard import pages
from services.guard.core import Round, hold_together, is_enough, settle, verdict_of, without
from services.guard.decisions import Judgement, details_of_draft, guard_part, make_decision
from services.guard.document import Imprint, assemble
from services.guard.examination import Examination, examine
from services.guard.policy import Policy
from services.guard.ports import Corpus, Decision, DecisionStore, Engine

# After this many rounds something is dropped on every round, and that is a fault of the policy.
_MOST_ROUNDS = 4

_CODE_OF_VERDICT = {
    Verdict.REFUSE: ConclusionCode.POLICY,
    Verdict.INSUFFICIENT_EVIDENCE: ConclusionCode.TOO_LITTLE_LEFT,
    Verdict.FAILED: ConclusionCode.FAILED,
}


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

    async def judge(self, event: AnswerDrafted) -> Judgement:
        """Judge a draft round after round until nothing more is dropped. Records nothing."""
        began = time.perf_counter()
        cited = {c.passage_id for s in event.draft.sentences for c in s.citations}
        stored, _ = await self.corpus.passages(sorted(cited))
        hold_together(event.draft, event.evidence)
        draft, rounds = event.draft, list[Round]()
        first = examination = examine(draft, event.evidence, stored, self.policy)
        while len(rounds) < _MOST_ROUNDS:
            page = self._page(event, draft, examination)
            one = settle(await self.engine.run(replace(examination, document=page)), self.policy)
            rounds.append(one)
            if one.crashed or one.refused or not one.dropped:
                break
            draft = without(draft, one.dropped)
            examination = examine(draft, event.evidence, stored, self.policy)
        settled = not rounds[-1].dropped and is_enough(draft, examination)
        verdict = verdict_of(rounds, enough=settled)
        metrics.guard_seconds.labels("judge").observe(time.perf_counter() - began)
        return Judgement(verdict, draft, first, tuple(rounds))

    def _page(
        self, event: AnswerDrafted, draft: Draft, examination: Examination
    ) -> dict[str, Any] | None:
        """Assemble the page as it would be shown, for the rules that look at the whole."""
        if any(
            citation.passage_id not in examination.evidence
            for sentence in draft.sentences
            for citation in sentence.citations
        ):
            return None  # citation.unknown drops these sentences first
        imprint = Imprint("", event.question_id, 1, self.now(), "")
        return assemble(event.question, event.evidence, draft, examination, imprint)

    async def decide_draft(
        self, event: AnswerDrafted, draft_bytes: bytes, *, version: int, trace_id: str
    ) -> AnswerGuarded:
        """Return the decision about a draft, made now or found in the store.

        Raises ConflictingDraft when the stored decision is about another question.
        """
        digest = event.question.digest
        if found := await self.store.find(event.question_id, version):
            return _published(found, digest)
        judgement = await self.judge(event)
        imprint = self._imprint(event.question_id, version, trace_id)
        make = make_decision(
            lambda number: self._document(number, event, judgement, imprint),
            details_of_draft(event, judgement, draft_bytes),
            imprint=imprint,
            digest=digest,
            signer=self.signer,
        )
        decision, stored_now = await self.store.decide_once(event.question_id, version, make)
        if stored_now:
            self._count(judgement.verdict, judgement)
        return _published(decision, digest)

    def _document(
        self, number: int, event: AnswerDrafted, judgement: Judgement, imprint: Imprint
    ) -> dict[str, Any]:
        guard = guard_part(number, judgement.verdict, self.policy, imprint, judgement)
        code = _CODE_OF_VERDICT.get(judgement.verdict)
        if code is None:
            page = assemble(
                event.question, event.evidence, judgement.draft, judgement.examination, imprint
            )
        else:
            conclusion = QuestionConcluded.of(event.question, code, "guard")
            page = pages.conclude(conclusion, self.policy, imprint)
        return {**page, "guard": guard}

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
        verdict = pages.verdict_of(event.code)

        def build(number: int) -> dict[str, Any]:
            page = pages.conclude(event, self.policy, imprint, nearest)
            return {**page, "guard": guard_part(number, verdict, self.policy, imprint, None)}

        make = make_decision(
            build,
            {
                "composer": None,
                "corpus_version": event.corpus_version,
                "draft_sha256": None,
                "findings": [],
                "rounds": [],
                "citations": [],
                "stage": event.stage,
            },
            imprint=imprint,
            digest=event.digest,
            signer=self.signer,
        )
        decision, stored_now = await self.store.decide_once(event.question_id, version, make)
        if stored_now:
            self._count(verdict, None)
        return _published(decision, "")

    def _imprint(self, question_id: str, version: int, trace_id: str) -> Imprint:
        return Imprint(self.new_answer_id(), question_id, version, self.now(), trace_id)

    def _count(self, verdict: Verdict, judgement: Judgement | None) -> None:
        metrics.guard_decisions.labels(str(verdict), self.policy.version).inc()
        if judgement is None:
            return
        for finding in judgement.findings:
            metrics.guard_rule_fired.labels(finding.rule_id, str(finding.action)).inc()
        kept = {s.sentence_id for s in judgement.draft.sentences}
        for statement in judgement.examination.statements:
            fate = "kept" if statement.sentence.sentence_id in kept else "dropped"
            metrics.sentences.labels(statement.kind, fate).inc()


def _published(decision: Decision, digest: str) -> AnswerGuarded:
    """Turn a stored decision into the event; the bytes are the stored ones, however often."""
    if digest and decision.digest and digest != decision.digest:
        raise ConflictingDraft(decision.question_id)
    return AnswerGuarded(
        decision.question_id, decision.version, decision.document, decision.jws, decision.record
    )
