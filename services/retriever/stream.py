"""Kafka edge of the retriever: routed questions in, evidence or a conclusion out."""

import asyncio

from caveat import wire
from caveat.chassis.stream import Emit, Handler, Message, event_of
from caveat.model import EvidenceRetrieved, QuestionRouted
from caveat.pipeline import EVIDENCE_RETRIEVED, QUESTION_CONCLUDED
from services.retriever.core import nothing_found, retrieve
from services.retriever.ports import Shelf


def retrieving(shelf: Shelf) -> Handler:
    """Make the handler of routed questions."""

    async def handle(message: Message) -> Emit:
        question = event_of(QuestionRouted, message).question
        retrieval = await asyncio.to_thread(
            retrieve, shelf.current, question.search_text, intent=question.intent
        )
        counts = {"found": retrieval.found, "kept": len(retrieval.evidence.passages)}
        if not retrieval.evidence.passages:
            conclusion = nothing_found(question, retrieval)
            return Emit(QUESTION_CONCLUDED, wire.encode(conclusion), counts)
        retrieved = EvidenceRetrieved(question, retrieval.evidence)
        return Emit(EVIDENCE_RETRIEVED, wire.encode(retrieved), counts)

    return handle
