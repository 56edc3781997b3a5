"""gRPC edge of the renderer: decode, delegate, encode."""

from typing import Any

from caveat import wire
from caveat.chassis.rpc import answering
from caveat.v1 import renderer_service_pb2 as pb
from caveat.v1.renderer_service_pb2_grpc import RendererServiceServicer
from services.renderer.attested import AttestedRenderer


class RendererServicer(RendererServiceServicer):
    """Presents signed answers on demand."""

    def __init__(self, renderer: AttestedRenderer) -> None:
        self._renderer = renderer

    async def RenderAnswer(  # noqa: N802 - the name is fixed by renderer_service.proto
        self, request: pb.RenderAnswerRequest, context: Any
    ) -> pb.RenderAnswerResponse:
        """Verify a signed document and present it as one media type."""
        async with answering(context, "RendererService/RenderAnswer"):
            rendering = self._renderer.present(request.document, request.jws, request.media_type)
        return pb.RenderAnswerResponse(rendering=wire.to_proto(rendering))
