"""Renderer over gRPC, and what it made lately."""

from collections import OrderedDict
from typing import Any

from caveat.chassis.rpc import Peer
from caveat.errors import PermanentError
from caveat.v1 import renderer_service_pb2 as pb
from caveat.v1.renderer_service_pb2_grpc import RendererServiceStub
from services.gateway.ports import Renderer
from services.gateway.records import SignedAnswer

_KEPT = 32 * 1024 * 1024  # bytes


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


class RememberedRenderer:
    """Remembers the presentations that another renderer made, the latest used longest."""

    def __init__(self, renderer: Renderer, kept: int = _KEPT) -> None:
        self._renderer = renderer
        self._room = kept
        self._made: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    async def render(self, answer: SignedAnswer, media_type: str) -> bytes:
        """See Renderer. The digest names the document, whose presentation never changes."""
        key = (answer.sha256, media_type)
        if key in self._made:
            self._made.move_to_end(key)
            return self._made[key]
        content = await self._renderer.render(answer, media_type)
        if key not in self._made:  # two requests may have had it made at once
            self._made[key] = content
            self._room -= len(content)
        while self._room < 0:
            _, dropped = self._made.popitem(last=False)
            self._room += len(dropped)
        return content
