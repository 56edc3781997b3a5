"""Judge a draft round after round until nothing more is taken out of it. Records nothing."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from caveat.attestation import sha256_hex
from caveat.chassis import metrics
from caveat.errors import CaveatError
from caveat.model import Action, AnswerDrafted, Draft, DraftSentence, Passage
from services.guard.core import (
    GOING,
    Edit,
    Judgement,
    Round,
    hold_together,
    is_enough,
    settle,
    verdict_of,
    without,
)
from services.guard.document import Imprint, assemble
from services.guard.examination import Examination, examine, measure
from services.guard.glossary import keep_used
from services.guard.policy import Policy
from services.guard.ports import Corpus, Engine
from services.guard.redrafting import Budget, Redrafter, accepted, can_be_redrafted, exchanged

log = logging.getLogger(__name__)

# After this many rounds something is dropped on every round, and that is a fault of the policy.
_MOST_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Rounds:
    """What judging needs of the world; `clock` counts seconds and never goes back."""

    policy: Policy
    engine: Engine
    corpus: Corpus
    now: Callable[[], datetime]
    clock: Callable[[], float]
    redrafter: Redrafter | None = None

    async def judge(self, event: AnswerDrafted) -> Judgement:
        """Judge a draft until a round changes nothing.

        Raises MalformedEvent, and UpstreamUnavailable while the retriever is away.
        """
        began = time.perf_counter()
        hold_together(event.draft, event.evidence)
        stored = await self._stored(event)
        draft, rounds, budget = self._used(event, event.draft), list[Round](), Budget(self.clock)
        first = examination = examine(draft, event.evidence, stored, self.policy)
        exchanges = 0
        while len(rounds) < _MOST_ROUNDS + exchanges:
            one = await self._round(event, draft, examination)
            going = one.dropped and not (one.crashed or one.refused)
            redrafted = await self._redrafted(event, draft, one, budget) if going else {}
            rounds.append(_settled(one, examination, redrafted))
            if not going:
                break
            exchanges += bool(redrafted)
            draft = self._used(event, exchanged(without(draft, rounds[-1].dropped), redrafted))
            examination = examine(draft, event.evidence, stored, self.policy)
        settled = not rounds[-1].edited and is_enough(draft, examination)
        verdict = verdict_of(rounds, enough=settled)
        metrics.guard_seconds.labels("judge").observe(time.perf_counter() - began)
        return Judgement(verdict, draft, examination, first, tuple(rounds))

    def _used(self, event: AnswerDrafted, draft: Draft) -> Draft:
        """Leave out what explains no word of the page, unless nobody will read the draft at all."""
        return draft if measure(draft, self.policy) else keep_used(draft, event.evidence)

    async def _stored(self, event: AnswerDrafted) -> Mapping[str, Passage]:
        """Fetch what the draft cites, and what it may come to cite: judging never waits."""
        if measure(event.draft, self.policy):
            return {}  # nobody will read it
        wanted = {c.passage_id for s in event.draft.sentences for c in s.citations}
        if self._may_redraft(event.draft):
            wanted |= {ranked.passage.passage_id for ranked in event.evidence.passages}
        stored, _ = await self.corpus.passages(sorted(wanted))
        return stored

    def _may_redraft(self, draft: Draft) -> bool:
        return self.redrafter is not None and can_be_redrafted(draft)

    async def _round(self, event: AnswerDrafted, draft: Draft, examination: Examination) -> Round:
        page = self._page(event, draft, examination)
        found = await self.engine.run(replace(examination, document=page))
        return settle(found, self.policy)

    async def _redrafted(
        self, event: AnswerDrafted, draft: Draft, one: Round, budget: Budget
    ) -> Mapping[str, DraftSentence]:
        """Ask for the sentences again. Whatever goes wrong, they are dropped and nothing waits."""
        wanted = frozenset(one.redraftable)
        if self.redrafter is None or not wanted or not can_be_redrafted(draft):
            return {}
        if (seconds := budget.begin()) <= 0:
            return {}
        asked = tuple(s for s in draft.sentences if s.sentence_id in wanted)
        came: tuple[DraftSentence, ...] = ()
        began = time.perf_counter()
        try:
            came = await self.redrafter.redraft(
                event.question, event.evidence, asked, seconds=seconds
            )
        except CaveatError as error:
            log.warning("redrafted nothing", extra={"reason": error.reason})
        except Exception as error:
            # A redraft is a kindness: whatever breaks in it costs its sentences and no more.
            log.error("a redrafter crashed", extra={"error": type(error).__name__})
        metrics.guard_seconds.labels("redraft").observe(time.perf_counter() - began)
        redrafted = accepted(asked, came) if budget.end() else {}
        # What came must not make the whole too large: one wrong sentence never costs the others.
        return {} if measure(exchanged(draft, redrafted), self.policy) else redrafted

    def _page(
        self, event: AnswerDrafted, draft: Draft, examination: Examination
    ) -> dict[str, Any] | None:
        """Assemble the page as it would be shown, for the rules that look at the whole."""
        if examination.oversize or any(
            citation.passage_id not in examination.evidence
            for sentence in draft.sentences
            for citation in sentence.citations
        ):
            return None  # form.oversize refuses it, or citation.unknown drops these first
        imprint = Imprint("", event.question_id, 1, self.now(), "")
        return assemble(event.question, event.evidence, draft, examination, imprint)


def _settled(one: Round, examination: Examination, redrafted: Mapping[str, DraftSentence]) -> Round:
    """Write down what became of each sentence that could not stay as it was."""
    return replace(
        one,
        dropped=tuple(s for s in one.dropped if s not in redrafted),
        edits=tuple(_edits(one, examination, redrafted)),
    )


def _edits(
    one: Round, examination: Examination, redrafted: Mapping[str, DraftSentence]
) -> Iterator[Edit]:
    texts = {s.sentence.sentence_id: s.sentence.text for s in examination.statements}
    for sentence in one.dropped:
        rule_id = next(
            f.rule_id for f in one.findings if f.sentence == sentence and f.action in GOING
        )
        before = sha256_hex(texts.get(sentence, "").encode())
        if sentence in redrafted:
            after = sha256_hex(redrafted[sentence].text.encode())
            yield Edit(sentence, Action.REDRAFT, rule_id, before, after)
        else:
            yield Edit(sentence, Action.DROP, rule_id, before)
