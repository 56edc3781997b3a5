"""Bring decisions into the order of their numbers, and fetch from the guard what did not arrive.

Kafka brings decisions in any order, twice, or not at all; the log takes them strictly in order and
passes no number by. One task appends; those who hand over decisions wait until theirs is durable.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from caveat.chassis import metrics
from caveat.chassis.background import Background
from caveat.errors import CaveatError, MalformedEvent, UpstreamUnavailable, VerificationFailed
from caveat.model import DecisionRecord
from services.auditor.core import Entry, refuse_conflict
from services.auditor.ports import DecisionLog, Decisions, Now

log = logging.getLogger(__name__)

PATIENCE = 0.2  # seconds that a decision waits for those before it
SWEEP = 5.0  # seconds between looks into the guard's store, for what never arrives
_BATCH = 256


@dataclass(eq=False, slots=True)
class Arrival:
    """A decision that somebody waits for."""

    entry: Entry
    at: float
    kept: "asyncio.Future[None]"


class Sequencer:
    """Appends decisions in order. `entry_of` verifies a record of the guard's store."""

    def __init__(
        self,
        decision_log: DecisionLog,
        guard: Decisions,
        entry_of: Callable[[DecisionRecord], Entry],
        now: Now,
        *,
        patience: float = PATIENCE,
        sweep: float = SWEEP,
    ) -> None:
        self._log = decision_log
        self._guard = guard
        self._entry_of = entry_of
        self._now = now
        self._patience = patience
        self._sweep = sweep
        self._arrivals: dict[int, list[Arrival]] = {}
        self._woken = asyncio.Event()
        self._work = Background(self._append_for_ever)
        self._next_sweep = 0.0
        self._guard_away = False

    async def start(self) -> None:
        """Begin with what the guard decided before anything arrives."""
        self._work.start()

    async def stop(self) -> None:
        """Stop; what is not in the log by now is delivered again."""
        await self._work.stop()

    async def append(self, entry: Entry) -> None:
        """Return once the decision is durable in the log, now or since earlier.

        Raises VerificationFailed for a second decision, UpstreamUnavailable while the store is
        away, or while the guard is and a decision before this one is missing.
        """
        loop = asyncio.get_running_loop()
        arrival = Arrival(entry, loop.time(), loop.create_future())
        self._arrivals.setdefault(entry.number, []).append(arrival)
        self._woken.set()
        try:
            await arrival.kept
        finally:
            self._forget(arrival)

    def _forget(self, arrival: Arrival) -> None:
        rest = [other for other in self._arrivals.get(arrival.entry.number, ()) if other != arrival]
        if rest:
            self._arrivals[arrival.entry.number] = rest
        else:
            self._arrivals.pop(arrival.entry.number, None)

    # --- the one task ---

    async def _append_for_ever(self) -> None:
        while True:
            self._woken.clear()
            try:
                newest = await self._advance()
                if self._overdue(newest) or self._time() >= self._next_sweep:
                    await self._fetch(newest)
            except UpstreamUnavailable as error:  # the store
                self._fail(self._waiting(), error)
                self._next_sweep = self._time() + self._sweep
            with suppress(TimeoutError):
                async with asyncio.timeout(self._until_due()):
                    await self._woken.wait()

    async def _advance(self) -> int:
        """Append what is next, with all that follows it without a gap; settle repeats."""
        newest = (await self._log.standing()).newest
        while True:
            await self._settle_repeats(newest)
            batch: list[Entry] = []
            while len(batch) < _BATCH and (same := self._arrivals.get(newest + 1 + len(batch))):
                batch.append(same[0].entry)
            if not batch:
                return newest
            newest += await self._append(batch)

    async def _append(self, batch: Sequence[Entry]) -> int:
        try:
            return await self._log.append(batch, self._now())
        except VerificationFailed as error:
            self._fail(list(self._arrivals.get(batch[0].number, ())), error)
            return 0

    async def _settle_repeats(self, newest: int) -> None:
        """Answer those whose decision is in the log: by their bytes, or by another's.

        Where its row is gone from the store nobody can say: they are told so, and come again.
        """
        old = [number for number in self._arrivals if number <= newest]
        for start in range(0, len(old), _BATCH):
            page = old[start : start + _BATCH]
            kept = await self._log.kept(page)
            for number, record in kept.items():
                for arrival in list(self._arrivals.get(number, ())):
                    self._settle(arrival, record)
            for number in set(page) - kept.keys():
                why = f"decision {number} is gone; look with: caveat audit verify"
                error = UpstreamUnavailable("auditor-store", why)
                self._fail(list(self._arrivals.get(number, ())), error)

    def _settle(self, arrival: Arrival, kept: DecisionRecord) -> None:
        try:
            refuse_conflict(arrival.entry, kept)
        except VerificationFailed as error:
            self._fail([arrival], error)
        else:
            if not arrival.kept.done():
                arrival.kept.set_result(None)
            self._forget(arrival)

    def _fail(self, arrivals: Sequence[Arrival], error: CaveatError) -> None:
        for arrival in arrivals:
            if not arrival.kept.done():
                arrival.kept.set_exception(error)
            self._forget(arrival)

    # --- what did not arrive ---

    async def _fetch(self, newest: int) -> None:
        """Append what the guard's store has after the newest decision."""
        self._next_sweep = self._time() + self._sweep
        try:
            while page := await self._guard.after(newest):
                entries = [self._checked(record, newest + n) for n, record in enumerate(page, 1)]
                newest += await self._append_fetched(entries)
                await self._settle_repeats(newest)
            newest = await self._advance()
            if late := self._overdue(newest):
                ahead = min(arrival.entry.number for arrival in late)
                why = f"its store has no decision {newest + 1}, though it signed {ahead}"
                raise UpstreamUnavailable("guard", why)
        except UpstreamUnavailable as error:
            if not self._guard_away:
                log.warning("the guard's store was not read", extra={"error": str(error)})
            self._guard_away = True
            newest = await self._advance()  # the guard keeps only those from going on who need it
            self._fail(self._overdue(newest), error)
        else:
            self._guard_away = False

    def _checked(self, record: DecisionRecord, number: int) -> Entry:
        """Verify one decision of a page. A fault in the guard's store is waited for: no number is
        passed by."""
        try:
            if record.number != number:
                raise VerificationFailed(f"decision {record.number} stands where {number} is next")
            return self._entry_of(record)
        except (VerificationFailed, MalformedEvent) as error:
            raise self._alarm(str(error)) from error

    async def _append_fetched(self, entries: Sequence[Entry]) -> int:
        try:
            count = await self._log.append(entries, self._now())
        except VerificationFailed as error:
            raise self._alarm(str(error)) from error
        metrics.audit_backfilled.inc(count)
        log.info("back-filled decisions", extra={"first": entries[0].number, "count": count})
        return count

    def _alarm(self, why: str) -> UpstreamUnavailable:
        metrics.audit_contradictions.inc()
        log.error("the guard's store contradicts the log", extra={"error": why})
        return UpstreamUnavailable("guard", why)

    # --- when ---

    def _time(self) -> float:
        return asyncio.get_running_loop().time()

    def _waiting(self) -> list[Arrival]:
        return [arrival for same in self._arrivals.values() for arrival in same]

    def _overdue(self, newest: int) -> list[Arrival]:
        """List those that have waited long enough for the decisions before them."""
        since = self._time() - self._patience
        return [one for one in self._waiting() if one.entry.number > newest and one.at <= since]

    def _until_due(self) -> float:
        dues = [arrival.at + self._patience for arrival in self._waiting()]
        return max(0.001, min([self._next_sweep, *dues]) - self._time())
