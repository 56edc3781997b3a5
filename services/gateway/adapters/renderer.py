"""Renderer over gRPC."""

from typing import Any

from caveat.chassis.rpc import Peer
from caveat.errors import PermanentError
from caveat.v1 import renderer_service_pb2 as pb
from caveat.v1.renderer_service_pb2_grpc import RendererServiceStub
from services.gateway.records import SignedAnswer


class GrpcRenderer:
    """Renderer over its RenderAnswer call."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._stub: Any = peer.stub(RendererServiceStub)

    async def render(self, answer: SignedAnswer, media_type: str) -> bytes:
        """Return the presentation. Raises PermanentError for a media type it does not know."""
        request = pb.RenderAnswerRequest(
            document=answer.document, jws=answer.jws, media_type=media_type
        )
        answered = await self._peer.call(self._stub.RenderAnswer, request)
        if answered.rendering.media_type.split(";")[0] != media_type:
            raise PermanentError("the renderer made another media type")
        return bytes(answered.rendering.content)
