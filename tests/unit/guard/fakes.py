"""Stand-ins for what the guard needs of the world."""

import asyncio
import itertools
from collections.abc import Callable, Iterable, Mapping

from caveat.errors import CheckCrashed, UnknownRecord, UpstreamUnavailable
from caveat.model import DecisionRecord, Passage, Source
from services.guard.core import run_families
from services.guard.examination import Examination, Hit
from services.guard.policy import Policy
from services.guard.ports import Decision
from services.guard.screening import Screening, screen
from services.guard.sealing import unsalted


class FakeDecisionStore:
    """Keeps decisions in memory, and drafts as they came."""

    def __init__(self) -> None:
        self.decisions: dict[tuple[str, int], Decision] = {}
        self.drafts: dict[int, bytes] = {}
        self.erased: set[str] = set()
        self.away = False
        self._lock = asyncio.Lock()

    async def decide_once(
        self,
        question_id: str,
        version: int,
        make: Callable[[int], Decision],
        *,
        draft: bytes | None = None,
    ) -> tuple[Decision, bool]:
        self._reach()
        async with self._lock:
            await asyncio.sleep(0)
            if found := self.decisions.get((question_id, version)):
                return found, False
            made = make(len(self.decisions) + 1)
            self.decisions[question_id, version] = made
            if draft is not None and question_id not in self.erased:
                self.drafts[made.number] = draft
            return made, True

    async def find(self, question_id: str, version: int) -> Decision | None:
        self._reach()
        return self.decisions.get((question_id, version))

    async def after(
        self, number: int, limit: int, *, most_bytes: int
    ) -> tuple[DecisionRecord, ...]:
        self._reach()
        later = [d for d in self.decisions.values() if d.number > number][:limit]
        sizes = itertools.accumulate(len(d.record) + len(d.record_jws) + 128 for d in later)
        fitting = max(1, sum(size <= most_bytes for size in sizes))
        return tuple(
            DecisionRecord(d.number, d.question_id, d.version, d.record, d.record_jws)
            for d in later[:fitting]
        )

    async def draft_of(self, number: int) -> tuple[Decision, bytes]:
        self._reach()
        decision = next((d for d in self.decisions.values() if d.number == number), None)
        if decision is None:
            raise UnknownRecord(f"there is no decision {number}")
        if number not in self.drafts:
            raise UnknownRecord(f"decision {number} keeps no draft")
        if decision.question_id in self.erased:
            raise UnknownRecord(f"the draft of decision {number} was erased")
        return decision, unsalted(self.drafts[number])

    async def erase(self, question_id: str) -> bool:
        self._reach()
        kept = {d.question_id for d in self.decisions.values() if d.number in self.drafts}
        if question_id not in kept - self.erased:
            return False
        self.erased.add(question_id)
        return True

    def _reach(self) -> None:
        if self.away:
            raise UpstreamUnavailable("guard store")


class FakeCorpus:
    """Serves what it was given; leaves out what it does not know."""

    def __init__(self, passages: Iterable[Passage], sources: Iterable[Source]) -> None:
        self._passages = {p.passage_id: p for p in passages}
        self._sources = {s.source_id: s for s in sources}
        self.away = False
        self.asked: list[tuple[str, ...]] = []

    async def passages(
        self, ids: Iterable[str]
    ) -> tuple[Mapping[str, Passage], Mapping[str, Source]]:
        if self.away:
            raise UpstreamUnavailable("retriever")
        wanted = tuple(ids)
        self.asked.append(wanted)
        found = {i: self._passages[i] for i in wanted if i in self._passages}
        named = {p.source_id for p in found.values()}
        return found, {s: self._sources[s] for s in named if s in self._sources}


class DirectEngine:
    """Runs the families without guardrails; `crashed` families stay away, as in the real one.

    `planted` adds hits to a round: [round][...]. `seen` keeps what was examined.
    """

    def __init__(
        self, crashed: Iterable[str] = (), planted: Mapping[int, tuple[Hit, ...]] | None = None
    ) -> None:
        self._crashed = frozenset(crashed)
        self._planted = planted or {}
        self.seen: list[Examination] = []

    async def run(self, examination: Examination) -> Mapping[str, tuple[Hit, ...]]:
        hits = run_families(examination)
        hits["advice"] += self._planted.get(len(self.seen), ())
        self.seen.append(examination)
        return {family: found for family, found in hits.items() if family not in self._crashed}

    async def screen(self, text: str, lang: str, policy: Policy) -> Screening:
        if "screening" in self._crashed:
            raise CheckCrashed("the screening did not run to its end")
        return screen(text, lang, policy)
