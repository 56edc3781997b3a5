"""The guard's store on SQLite and its view of the retriever over gRPC."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from caveat import wire
from caveat.chassis.rpc import Peer
from caveat.errors import DependencyMissing, UpstreamUnavailable
from caveat.model import DecisionRecord, Passage, Source
from caveat.v1 import retriever_service_pb2 as pb
from caveat.v1.retriever_service_pb2_grpc import RetrieverServiceStub
from services.guard.ports import Decision

_SCHEMA = """
CREATE TABLE IF NOT EXISTS decisions (
    number INTEGER PRIMARY KEY,
    question_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    digest TEXT NOT NULL,
    document BLOB NOT NULL,
    jws TEXT NOT NULL,
    record BLOB NOT NULL,
    UNIQUE (question_id, version)
) STRICT
"""
_COLUMNS = "number, question_id, version, digest, document, jws, record"


class SqliteDecisionStore:
    """Decisions in one file; a transaction takes the number, makes and inserts the decision."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=5, isolation_level=None, check_same_thread=False
            )
            # FULL: a decision that was published must survive the loss of power.
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute(_SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise DependencyMissing(
                f"the decision store {path} cannot be opened: {error}"
            ) from error

    async def decide_once(
        self, question_id: str, version: int, make: Callable[[int], Decision]
    ) -> tuple[Decision, bool]:
        """See DecisionStore."""
        return await asyncio.to_thread(self._decide_once, question_id, version, make)

    def _decide_once(
        self, question_id: str, version: int, make: Callable[[int], Decision]
    ) -> tuple[Decision, bool]:
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    if found := self._find(question_id, version):
                        return found, False
                    [newest] = self._connection.execute(
                        "SELECT coalesce(max(number), 0) FROM decisions"
                    ).fetchone()
                    made = make(newest + 1)
                    self._connection.execute(
                        f"INSERT INTO decisions ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                        (
                            made.number,
                            made.question_id,
                            made.version,
                            made.digest,
                            made.document,
                            made.jws,
                            made.record,
                        ),
                    )
                    self._connection.execute("COMMIT")
                finally:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise UpstreamUnavailable("guard store", type(error).__name__) from error
        return made, True

    async def find(self, question_id: str, version: int) -> Decision | None:
        """See DecisionStore."""

        def query() -> Decision | None:
            with self._lock:
                try:
                    return self._find(question_id, version)
                except sqlite3.Error as error:
                    raise UpstreamUnavailable("guard store", type(error).__name__) from error

        return await asyncio.to_thread(query)

    def _find(self, question_id: str, version: int) -> Decision | None:
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM decisions WHERE question_id = ? AND version = ?",  # noqa: S608
            (question_id, version),
        ).fetchone()
        return Decision(*row) if row else None

    async def after(self, number: int, limit: int) -> tuple[DecisionRecord, ...]:
        """See DecisionStore."""

        def query() -> tuple[DecisionRecord, ...]:
            with self._lock:
                try:
                    rows = self._connection.execute(
                        "SELECT number, question_id, version, record FROM decisions"
                        " WHERE number > ? ORDER BY number LIMIT ?",
                        (number, limit),
                    ).fetchall()
                except sqlite3.Error as error:
                    raise UpstreamUnavailable("guard store", type(error).__name__) from error
            return tuple(DecisionRecord(*row) for row in rows)

        return await asyncio.to_thread(query)


class RetrieverCorpus:
    """The corpus as the retriever serves it."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._stub = peer.stub(RetrieverServiceStub)

    async def passages(
        self, ids: Iterable[str]
    ) -> tuple[Mapping[str, Passage], Mapping[str, Source]]:
        """See Corpus."""
        wanted = list(ids)
        if not wanted:
            return {}, {}
        answer = await self._peer.call(
            self._stub.GetPassages, pb.GetPassagesRequest(passage_ids=wanted)
        )
        passages = (wire.from_proto(Passage, message) for message in answer.passages)
        sources = (wire.from_proto(Source, message) for message in answer.sources)
        return {p.passage_id: p for p in passages}, {s.source_id: s for s in sources}
