"""One behaviour for whoever redrafts: the stand-in of the tests, and the generator over gRPC."""

import socket
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from caveat import wire
from caveat.chassis.rpc import MESSAGE_LIMIT, Peer, Server, Servicer, answering
from caveat.errors import CaveatError, CheckCrashed, UpstreamUnavailable
from caveat.model import DraftSentence, Evidence, RoutedQuestion
from caveat.v1 import generator_service_pb2 as pb
from caveat.v1.generator_service_pb2_grpc import (
    GeneratorServiceServicer,
    add_GeneratorServiceServicer_to_server,
)
from services.guard.redrafter import GeneratorRedrafter
from services.guard.redrafting import Redrafter
from tests.unit.guard.builders import FIRST, SECOND, a_cited, a_question, an_evidence
from tests.unit.guard.redrafting_fakes import FakeRedrafter


class FakeScript:
    """A redrafter whose other side does as it is told."""

    def __init__(self) -> None:
        self.redrafter = FakeRedrafter()

    def gives(self, *sentences: DraftSentence) -> None:
        self.redrafter.replies.append(sentences)

    def raises(self, error: CaveatError) -> None:
        self.redrafter.replies.append(error)

    def takes(self, seconds: float) -> None:
        self.redrafter.takes = seconds

    def seen(self) -> list[tuple[Any, Any, tuple[DraftSentence, ...]]]:
        return [(a.question, a.evidence, a.sentences) for a in self.redrafter.asked]


class Generator(GeneratorServiceServicer):
    """Answers Redraft by a script."""

    def __init__(self) -> None:
        self.script = FakeRedrafter()

    async def Redraft(self, request: Any, context: Any) -> Any:  # noqa: N802
        async with answering(context, "generator/Redraft"):
            sentences = await self.script.redraft(
                wire.from_proto(RoutedQuestion, request.question),
                wire.from_proto(Evidence, request.evidence),
                tuple(wire.from_proto(DraftSentence, s) for s in request.sentences),
                seconds=60,
            )
        return pb.RedraftResponse(sentences=map(wire.to_proto, sentences))


class GrpcScript(FakeScript):
    def __init__(self, generator: Generator, peer: Peer) -> None:
        self.real = GeneratorRedrafter(peer)
        self.redrafter = generator.script


def a_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(params=["fake", "grpc"])
async def script(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Redrafter, FakeScript]]:
    if request.param == "fake":
        fake = FakeScript()
        yield fake.redrafter, fake
        return
    generator, port = Generator(), a_port()
    servicer = Servicer(
        generator, add_GeneratorServiceServicer_to_server, "caveat.v1.GeneratorService"
    )
    server = Server("127.0.0.1", port, [servicer])
    await server.start()
    peer = Peer("generator", f"127.0.0.1:{port}")
    grpc = GrpcScript(generator, peer)
    yield grpc.real, grpc
    await peer.close()
    await server.stop()


async def asked(redrafter: Redrafter, seconds: float = 3.0) -> tuple[DraftSentence, ...]:
    return await redrafter.redraft(
        a_question(question_id="q"), an_evidence(), (a_cited("s1", FIRST),), seconds=seconds
    )


async def test_gives_what_came_and_sends_what_it_was_given(
    script: tuple[Redrafter, FakeScript],
) -> None:
    redrafter, other = script
    other.gives(a_cited("s1", SECOND))

    assert await asked(redrafter) == (a_cited("s1", SECOND),)
    assert await asked(redrafter) == ()
    [(question, evidence, sentences), _] = other.seen()
    assert question == a_question(question_id="q")
    assert evidence == an_evidence()
    assert sentences == (a_cited("s1", FIRST),)


async def test_one_that_is_late_is_away_in_time(script: tuple[Redrafter, FakeScript]) -> None:
    redrafter, other = script
    other.takes(5.0)
    other.gives(a_cited("s1", SECOND))
    began = time.monotonic()

    with pytest.raises(UpstreamUnavailable):
        await asked(redrafter, seconds=0.2)

    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize("error", [UpstreamUnavailable("model"), CheckCrashed("theirs")])
async def test_whatever_went_wrong_is_an_error_of_ours(
    script: tuple[Redrafter, FakeScript], error: CaveatError
) -> None:
    redrafter, other = script
    other.raises(error)

    with pytest.raises(CaveatError):
        await asked(redrafter)


async def test_a_generator_that_is_not_there_costs_no_more_than_the_budget() -> None:
    peer = Peer("generator", f"127.0.0.1:{a_port()}")
    began = time.monotonic()

    with pytest.raises(UpstreamUnavailable):
        await asked(GeneratorRedrafter(peer), seconds=0.5)

    assert time.monotonic() - began < 1.5
    await peer.close()


async def test_a_generator_that_accepts_and_says_nothing_costs_no_more_than_the_budget() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        peer = Peer("generator", f"127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()

        with pytest.raises(UpstreamUnavailable):
            await asked(GeneratorRedrafter(peer), seconds=0.5)

        assert time.monotonic() - began < 1.5
        await peer.close()


@pytest.mark.parametrize("script", ["grpc"], indirect=True)
async def test_more_than_a_message_holds_is_an_error_and_no_wait(
    script: tuple[Redrafter, FakeScript],
) -> None:
    redrafter, other = script
    other.gives(DraftSentence("s1", "x" * (MESSAGE_LIMIT + 1)))

    with pytest.raises(CaveatError):
        await asked(redrafter)
