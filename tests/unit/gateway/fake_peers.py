"""Fakes of what the gateway asks over gRPC: renderer, retriever, auditor."""

import json
from collections.abc import Mapping, Sequence

from caveat.attestation import Proof
from caveat.errors import PermanentError, UnknownRecord
from caveat.model import Leaf, LeafKind
from caveat.terms import DEFINITION, names_of
from services.gateway.records import (
    KeptPassage,
    KeptSource,
    SignedAnswer,
)
from services.retriever.records import Entry
from tests.unit.gateway.fakes import Away


class FakeRenderer:
    """Renderer that knows every media type but one."""

    def __init__(self, world: Away, lacking: str = "text/plain") -> None:
        self.world = world
        self.lacking = lacking

    async def render(self, answer: SignedAnswer, media_type: str) -> bytes:
        self.world.check()
        if media_type == self.lacking:
            raise PermanentError("unknown media type")
        if media_type == "application/ld+json":
            return json.dumps({"identifier": answer.sha256}).encode()
        return f"rendered {media_type} of {answer.answer_id}".encode()


class FakePassages:
    """Passages in dictionaries."""

    def __init__(self, *entries: Entry) -> None:
        self.world = Away("retriever")
        self.entries = list(entries)

    async def passages(self, passage_ids: Sequence[str]) -> Mapping[str, KeptPassage]:
        self.world.check()
        known = {p.passage_id: KeptPassage(p, e.source) for e in self.entries for p in e.passages}
        return {name: known[name] for name in passage_ids if name in known}

    async def source(self, source_id: str) -> KeptSource:
        self.world.check()
        for entry in self.entries:
            if entry.source.source_id == source_id:
                return KeptSource(entry.source, entry.text, entry.passages, "cv_fake")
        raise UnknownRecord("no version that is served has a source of this id")

    async def definition(self, term: str) -> KeptPassage:
        self.world.check()
        for entry in self.entries:
            for passage in entry.passages:
                names = names_of(passage) if passage.facet == DEFINITION else ()
                if term.strip().casefold() in {name.casefold() for name in names}:
                    return KeptPassage(passage, entry.source)
        raise UnknownRecord("the corpus explains no such word")


class FakeLog:
    """Log of so many decisions, with a checkpoint over each number of them."""

    def __init__(self, decisions: int = 0) -> None:
        self.world = Away("auditor")
        self.decisions = decisions

    async def prove(self, number: int, size: int = 0) -> Proof:
        self.world.check()
        size = size or self.decisions
        if not 1 <= number <= size <= self.decisions:
            raise UnknownRecord(f"decision {number} is not in the log")
        content = json.dumps({"decision_number": number}).encode()
        leaf = Leaf(number - 1, LeafKind.DECISION, content, "header..signature")
        return Proof(leaf, size, (b"\0" * 32,), await self.checkpoint(size))

    async def checkpoint(self, size: int = 0) -> str:
        self.world.check()
        size = size or self.decisions
        if not 1 <= size <= self.decisions:
            raise UnknownRecord("there is no checkpoint")
        return f"caveat.example/log\n{size}\nAAAA\n\n\u2014 caveat.example/log AAAA\n"
