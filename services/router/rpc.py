"""gRPC edge of the router: decode, delegate, encode."""

from typing import Any

from caveat import wire
from caveat.chassis.rpc import answering
from caveat.model import QuestionAsked
from caveat.v1 import router_service_pb2 as pb
from caveat.v1.router_service_pb2_grpc import RouterServiceServicer
from services.router.stream import Router


class RouterServicer(RouterServiceServicer):
    """Routes without publishing."""

    def __init__(self, router: Router) -> None:
        self._router = router

    async def Route(self, request: Any, context: Any) -> Any:  # noqa: N802
        async with answering(context, "router/Route"):
            question = await self._router.route(wire.from_proto(QuestionAsked, request.question))
        return pb.RouteResponse(question=wire.to_proto(question))
