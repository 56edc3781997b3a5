"""Find answers that may be shown: stored, verified again, and with their place in the log."""

import asyncio
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable

from caveat.errors import PermanentError, TransientError, UnknownRecord, VerificationFailed
from services.gateway.attested import Attestor
from services.gateway.ports import AnswerStore, Log
from services.gateway.views import Shown

log = logging.getLogger(__name__)

_DECISION = re.compile(r"dec_([1-9][0-9]{0,15})")
_REMEMBERED = 16_384  # decisions
_PATIENCE = 0.3  # seconds; an answer does not wait longer for its place in the log
_REST = 5.0  # seconds without questions to an auditor that is away


def number_of(decision_id: str) -> int | None:
    """Read the number in the id of a decision."""
    found = _DECISION.fullmatch(decision_id)
    return int(found[1]) if found else None


class Places:
    """Says where decisions are in the log. A log that is away is not waited for."""

    def __init__(self, log: Log, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._clock = clock
        self._known: OrderedDict[int, int] = OrderedDict()
        self._resting_until = 0.0

    async def index_of(self, decision_id: str) -> int | None:
        """Return the index of a decision's leaf; None while it is not proved or nobody tells."""
        number = number_of(decision_id)
        if number is None or self._clock() < self._resting_until:
            return self._known.get(number) if number else None
        if number in self._known:
            self._known.move_to_end(number)
            return self._known[number]
        index = await self._ask(number)
        if index is not None:
            self._known[number] = index  # a leaf never moves
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return index

    async def _ask(self, number: int) -> int | None:
        try:
            async with asyncio.timeout(_PATIENCE):
                return (await self._log.prove(number)).leaf.index
        except UnknownRecord:
            return None  # made a moment ago
        except (TimeoutError, TransientError):
            self._resting_until = self._clock() + _REST
            return None
        except (PermanentError, VerificationFailed) as error:
            log.warning(
                "went without a place in the log",
                extra={"decision": number, "error": type(error).__name__},
            )
            return None


class Showing:
    """Answers for those who show them."""

    def __init__(self, store: AnswerStore, attestor: Attestor, places: Places) -> None:
        self._store = store
        self._attestor = attestor
        self._places = places

    async def find(self, name: str, version: int | None = None) -> Shown | None:
        """Find an answer by answer id or question id; without a version, the highest.

        Raises VerificationFailed for one that does not verify: it is shown to nobody.
        """
        if not (name.isascii() and name.isprintable()):  # no store need know of anything else
            return None
        stored = await self._store.answer(name, version)
        if stored is None:
            return None
        decision_id = self._attestor.check_stored(stored.signed)
        return Shown(stored, decision_id, await self._places.index_of(decision_id))
