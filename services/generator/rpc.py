"""gRPC edge of the generator: decode, delegate, encode."""

import asyncio
from typing import Any

from caveat import wire
from caveat.chassis.rpc import answering
from caveat.errors import UnknownRecord
from caveat.model import Evidence, RoutedQuestion
from caveat.v1 import generator_service_pb2 as pb
from caveat.v1.generator_service_pb2_grpc import GeneratorServiceServicer
from services.generator.core import compose


class GeneratorServicer(GeneratorServiceServicer):
    """Composes without publishing."""

    async def Draft(self, request: Any, context: Any) -> Any:  # noqa: N802
        async with answering(context, "generator/Draft"):
            question = wire.from_proto(RoutedQuestion, request.question)
            evidence = wire.from_proto(Evidence, request.evidence)
            draft = await asyncio.to_thread(compose, question, evidence)
            if draft is None:
                raise UnknownRecord("no sentence of the evidence speaks to the question")
        return pb.DraftResponse(draft=wire.to_proto(draft))

    async def Redraft(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The extractive composer could only give the same sentences again, so it gives none."""
        async with answering(context, "generator/Redraft"):
            return pb.RedraftResponse()
