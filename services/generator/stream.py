"""Kafka edge of the generator: evidence in, a draft out, or nothing found."""

from caveat import wire
from caveat.chassis.stream import Emit, Message, Outcome, event_of
from caveat.model import AnswerDrafted, ConclusionCode, EvidenceRetrieved, QuestionConcluded
from caveat.pipeline import ANSWER_DRAFTED, QUESTION_CONCLUDED
from services.generator.ports import Composer

_NEAREST = 3


class GeneratorStream:
    """Composes with the composer that it is given."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer

    async def retrieved(self, message: Message) -> Outcome:
        """Compose a draft; evidence without a usable sentence concludes the question."""
        event = event_of(EvidenceRetrieved, message)
        draft = await self._composer.compose(event.question, event.evidence)
        if draft is None:
            return Emit(QUESTION_CONCLUDED, wire.encode(_nothing_found(event)))
        drafted = AnswerDrafted(event.question, event.evidence, draft)
        return Emit(ANSWER_DRAFTED, wire.encode(drafted), {"sentences": len(draft.sentences)})


def _nothing_found(event: EvidenceRetrieved) -> QuestionConcluded:
    nearest = event.evidence.passages[:_NEAREST]
    return QuestionConcluded.of(
        event.question,
        ConclusionCode.NOTHING_FOUND,
        "generator",
        evidence=event.evidence,
        nearest_passage_ids=tuple(ranked.passage.passage_id for ranked in nearest),
    )
