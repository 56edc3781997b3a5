import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from caveat.attestation import Signer, canonical, sha256_hex
from caveat.chassis.rpc import Peer, Server, Servicer
from caveat.errors import PermanentError, VerificationFailed
from caveat.v1 import renderer_service_pb2 as pb
from caveat.v1.renderer_service_pb2_grpc import (
    RendererServiceStub,
    add_RendererServiceServicer_to_server,
)
from services.renderer.attested import AttestedRenderer
from services.renderer.rpc import RendererServicer
from tests.builders import a_document


@pytest.fixture
async def peer(renderer: AttestedRenderer) -> AsyncIterator[Peer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    servicer = Servicer(
        RendererServicer(renderer),
        add_RendererServiceServicer_to_server,
        "caveat.v1.RendererService",
    )
    server = Server("127.0.0.1", port, [servicer])
    await server.start()
    peer = Peer("renderer", f"127.0.0.1:{port}")
    yield peer
    await peer.close()
    await server.stop()


async def render(peer: Peer, **fields: Any) -> Any:
    request = pb.RenderAnswerRequest(**fields)
    return await peer.call(peer.stub(RendererServiceStub).RenderAnswer, request)


async def test_renders_a_signed_document_as_the_media_type_asked_for(
    peer: Peer, signer: Signer
) -> None:
    content = canonical(a_document())

    reply = await render(
        peer, document=content, jws=signer.sign(content), media_type="text/markdown"
    )

    assert reply.rendering.media_type == "text/markdown"
    assert reply.rendering.content.startswith(b"# Is CAR-T cell therapy available for MDS?\n")


async def test_refuses_an_unknown_media_type_and_names_the_known_ones(
    peer: Peer, signer: Signer
) -> None:
    content = canonical(a_document())

    with pytest.raises(PermanentError, match="text/plain, text/markdown, text/html"):
        await render(peer, document=content, jws=signer.sign(content), media_type="application/pdf")


async def test_renders_nothing_that_is_not_signed(peer: Peer, signer: Signer) -> None:
    signature = signer.sign(canonical(a_document()))
    changed = canonical(a_document(title="Another title"))

    with pytest.raises(VerificationFailed):
        await render(peer, document=changed, jws=signature, media_type="text/html")


async def test_describes_a_signed_document_as_linked_data(peer: Peer, signer: Signer) -> None:
    document = canonical(a_document())

    reply = await render(
        peer, document=document, jws=signer.sign(document), media_type="application/ld+json"
    )

    rendering = reply.rendering
    assert rendering.media_type == "application/ld+json"
    assert json.loads(rendering.content)["identifier"]["value"] == sha256_hex(document)
    with pytest.raises(VerificationFailed):
        await render(peer, document=document, jws="a..b", media_type="application/ld+json")
