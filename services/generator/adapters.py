"""The two composers. When the model gives nothing usable, the extractive one answers at once."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from caveat.chassis import metrics
from caveat.model import Draft, DraftSentence, Evidence, Fallback, Passage, RoutedQuestion
from services.generator.core import compose
from services.generator.ports import Composer, Fault, Model
from services.generator.prompting import ask_for_draft, ask_for_redraft, cited, shown
from services.generator.reply import Drafted, Redrafted, read
from services.generator.transcribing import composer_name, draft_of, is_usable, redrafts_of

log = logging.getLogger(__name__)


class ExtractiveComposer:
    """Chooses whole sentences of the evidence; see core.py."""

    async def compose(
        self, question: RoutedQuestion, evidence: Evidence, *, within: float | None = None
    ) -> Draft | None:
        """See Composer. It is done in milliseconds, and needs no bound."""
        return await asyncio.to_thread(compose, question, evidence)

    async def redraft(
        self,
        question: RoutedQuestion,
        evidence: Evidence,
        sentences: tuple[DraftSentence, ...],
        *,
        within: float | None = None,
    ) -> tuple[DraftSentence, ...]:
        """Give nothing: it could only repeat itself."""
        return ()


@dataclass(frozen=True, slots=True)
class ModelComposer:
    """Has a model choose the sentences, within `seconds` for all attempts together."""

    model: Model
    seconds: float
    otherwise: Composer = field(default_factory=ExtractiveComposer)

    @property
    def name(self) -> str:
        """What drafts of this composer say they come from."""
        return composer_name(self.model.name)

    async def compose(
        self, question: RoutedQuestion, evidence: Evidence, *, within: float | None = None
    ) -> Draft | None:
        """See Composer. A draft of the other composer says why it is not the model's."""
        passages = shown(ranked.passage for ranked in evidence.passages)
        if not passages:
            return await self.otherwise.compose(question, evidence)
        drafted = await self._drafted(question, evidence, passages, seconds=self._bound(within))
        if isinstance(drafted, Draft):
            return drafted
        reason = drafted.value
        metrics.model_fallbacks.labels(reason).inc()
        log.warning(
            "fell back to the extractive composer",
            extra={"question_id": question.question_id, "reason": reason},
        )
        draft = await self.otherwise.compose(question, evidence)
        return replace(draft, fallback=Fallback(self.name, reason)) if draft else None

    async def _drafted(
        self,
        question: RoutedQuestion,
        evidence: Evidence,
        passages: Mapping[str, Passage],
        *,
        seconds: float,
    ) -> Draft | Fault:
        content = await self.model.ask(ask_for_draft(question, passages), within=seconds)
        if isinstance(content, Fault):
            return content
        reply = read(Drafted, content)
        if reply is None:
            return Fault.UNUSABLE
        draft = draft_of(reply, question, evidence, passages=passages, composer=self.name)
        return draft if is_usable(draft) else Fault.UNUSABLE

    async def redraft(
        self,
        question: RoutedQuestion,
        evidence: Evidence,
        sentences: tuple[DraftSentence, ...],
        *,
        within: float | None = None,
    ) -> tuple[DraftSentence, ...]:
        """See Composer. A sentence without a passage has nothing to come closer to."""
        passages = cited(sentences, evidence)
        ids = {passage.passage_id for passage in passages.values()}
        resting = [s for s in sentences if any(c.passage_id in ids for c in s.citations)]
        if not resting:
            return ()
        prompt = ask_for_redraft(resting, passages)
        content = await self.model.ask(prompt, within=self._bound(within))
        reply = None if isinstance(content, Fault) else read(Redrafted, content)
        return redrafts_of(reply, resting, passages=passages) if reply else ()

    def _bound(self, within: float | None) -> float:
        return self.seconds if within is None else max(0.0, min(self.seconds, within))
