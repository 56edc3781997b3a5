"""gRPC edge of the generator: decode, delegate, encode."""

from typing import Any

from caveat import wire
from caveat.chassis.rpc import answering
from caveat.errors import UnknownRecord
from caveat.model import DraftSentence, Evidence, RoutedQuestion
from caveat.v1 import generator_service_pb2 as pb
from caveat.v1.generator_service_pb2_grpc import GeneratorServiceServicer
from services.generator.ports import Composer

_TO_ANSWER = 0.3  # seconds kept of a call's deadline: for falling back, and for the way home


class GeneratorServicer(GeneratorServiceServicer):
    """Composes without publishing, within the deadline of the call."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer

    async def Draft(self, request: Any, context: Any) -> Any:  # noqa: N802
        async with answering(context, "generator/Draft"):
            question = wire.from_proto(RoutedQuestion, request.question)
            evidence = wire.from_proto(Evidence, request.evidence)
            draft = await self._composer.compose(question, evidence, within=_within(context))
            if draft is None:
                raise UnknownRecord("no sentence of the evidence speaks to the question")
        return pb.DraftResponse(draft=wire.to_proto(draft))

    async def Redraft(self, request: Any, context: Any) -> Any:  # noqa: N802
        async with answering(context, "generator/Redraft"):
            sentences = await self._composer.redraft(
                wire.from_proto(RoutedQuestion, request.question),
                wire.from_proto(Evidence, request.evidence),
                tuple(wire.from_proto(DraftSentence, s) for s in request.sentences),
                within=_within(context),
            )
        return pb.RedraftResponse(sentences=map(wire.to_proto, sentences))


def _within(context: Any) -> float | None:
    """Say how many seconds there are for the work, or None when the caller set no deadline."""
    left = context.time_remaining()
    return None if left is None else max(0.0, left - _TO_ANSWER)
