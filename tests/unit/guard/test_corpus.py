from dataclasses import dataclass, field
from typing import Any

import pytest

from caveat import wire
from caveat.errors import UpstreamUnavailable
from caveat.v1 import retriever_service_pb2 as pb
from services.guard.adapters import RetrieverCorpus
from tests.unit.guard.builders import a_passage, a_source


@dataclass
class FakePeer:
    """A peer that answers GetPassages with what it was given."""

    reply: Any = None
    asked: list[list[str]] = field(default_factory=list)

    def stub(self, kind: Any) -> Any:
        return type("Stub", (), {"GetPassages": "GetPassages"})

    async def call(self, method: str, request: Any) -> Any:
        assert method == "GetPassages"
        self.asked.append(list(request.passage_ids))
        if self.reply is None:
            raise UpstreamUnavailable("retriever")
        return self.reply


def a_corpus(peer: FakePeer) -> RetrieverCorpus:
    return RetrieverCorpus(peer)  # type: ignore[arg-type]


async def test_fetches_passages_with_their_sources() -> None:
    reply = pb.GetPassagesResponse(
        passages=[wire.to_proto(a_passage())], sources=[wire.to_proto(a_source())]
    )
    peer = FakePeer(reply)

    passages, sources = await a_corpus(peer).passages(["psg_one", "psg_two"])

    assert peer.asked == [["psg_one", "psg_two"]]
    assert passages == {"psg_one": a_passage()}
    assert sources == {"src_one": a_source()}


async def test_asks_nobody_for_nothing() -> None:
    peer = FakePeer()

    assert await a_corpus(peer).passages([]) == ({}, {})
    assert peer.asked == []


async def test_passes_on_that_the_retriever_is_away() -> None:
    with pytest.raises(UpstreamUnavailable):
        await a_corpus(FakePeer()).passages(["psg_one"])
