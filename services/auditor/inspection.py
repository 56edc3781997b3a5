"""Look at single leaves: their hash, their signature, what they say. In several processes if many.

One signature costs more than all else of a leaf, so this is what decides how long a log takes.
"""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Protocol

from caveat.attestation import Verifier, read_canonical, verifier_of
from caveat.errors import MalformedEvent, VerificationFailed
from caveat.model import LeafKind
from services.auditor.core import OPERATION, entry_of_fields
from services.auditor.merkle import leaf_hash

ALONE = 5_000  # leaves; fewer are inspected sooner than a second process has started
_AHEAD = 8  # pages in work at once

Raw = tuple[int, str, bytes, str]
"""Index, kind, content and signature of a leaf."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a leaf is by itself; `decision` is what it should be found by."""

    leaf_hash: bytes
    fault: str = ""
    decision: tuple[int, str, int, str, str] | None = None


def inspect_leaf(verifier: Verifier, raw: Raw) -> Inspected:
    """Hold a leaf to its kind and its signature."""
    _, kind, content, jws = raw
    found = leaf_hash(content)
    try:
        if kind == LeafKind.DECISION:
            fields = verifier.verify_decision(content, jws).document
            entry = entry_of_fields(fields, content, jws)
            told = (entry.number, entry.question_id, entry.version, entry.verdict, entry.decided_at)
            return Inspected(found, decision=told)
        if kind != LeafKind.OPERATION:
            return Inspected(found, f"its kind {kind[:40]!a} is unknown")
        if jws or read_canonical(content).get("schema") != OPERATION:
            return Inspected(found, "it is no operation, as its kind says")
    except (VerificationFailed, MalformedEvent) as error:
        return Inspected(found, str(error))
    except ValueError as error:
        return Inspected(found, f"the operation cannot be read: {error}")
    return Inspected(found)


class Inspector(Protocol):
    """Inspects pages of leaves, and gives them back in order."""

    def pages(self, pages: Iterator[Any]) -> Iterator[tuple[Any, Sequence[Inspected]]]:
        """Take pages that have `raw`, the leaves; give each with what was found."""
        ...


class OwnInspector:
    """Inspects in this process."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier

    def pages(self, pages: Iterator[Any]) -> Iterator[tuple[Any, Sequence[Inspected]]]:
        """See Inspector."""
        for page in pages:
            yield page, [inspect_leaf(self._verifier, raw) for raw in page.raw]


class PoolInspector:
    """Inspects in several processes, a few pages ahead."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def pages(self, pages: Iterator[Any]) -> Iterator[tuple[Any, Sequence[Inspected]]]:
        """See Inspector."""
        ahead: deque[tuple[Any, Future[Sequence[Inspected]]]] = deque()
        for page in pages:
            ahead.append((page, self._pool.submit(_inspect_in_pool, page.raw)))
            if len(ahead) >= _AHEAD:
                page, found = ahead.popleft()
                yield page, found.result()
        for page, found in ahead:
            yield page, found.result()


@contextmanager
def inspecting(verifier: Verifier, leaves: int) -> Iterator[Inspector]:
    """Choose how to inspect so many leaves."""
    if leaves < ALONE or (os.cpu_count() or 1) == 1:
        yield OwnInspector(verifier)
        return
    # Not forked: the caller has threads.
    pool = ProcessPoolExecutor(
        mp_context=get_context("spawn"), initializer=_begin, initargs=(verifier.jwks(),)
    )
    try:
        yield PoolInspector(pool)
    finally:
        pool.shutdown(cancel_futures=True)


_here: list[Verifier] = []


def _begin(jwks: dict[str, Any]) -> None:
    _here.append(verifier_of(jwks))


def _inspect_in_pool(raws: Sequence[Raw]) -> Sequence[Inspected]:
    return [inspect_leaf(_here[0], raw) for raw in raws]
