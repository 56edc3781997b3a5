"""A guard that is ended in the middle of its work, as a power cut would end it.

`python -m tests.integration.crashing` reads the policy once and then forks for each line that it
is given: a life of the guard on a store on the disk, with the chassis's own delivery and a topic
that is a file. A life ends by SIGKILL at the effect that it is told, or when its work is done.
The lives of one folder have other clocks, policies, keys and random ids; its record is the same.
"""

import asyncio
import base64
import functools
import json
import os
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from caveat import wire
from caveat.attestation import Signer
from caveat.chassis.readiness import Readiness
from caveat.chassis.store import Store
from caveat.chassis.stream import Delivery, Done, Message, Outcome, Reject
from caveat.model import ConclusionCode, QuestionConcluded
from caveat.pipeline import ANSWER_DRAFTED, ANSWER_GUARDED, QUESTION_CONCLUDED, STAGE
from services.guard import stream as guard_stream
from services.guard.__main__ import MIGRATIONS, new_answer_id
from services.guard.judge import Judge
from services.guard.stores import RelationalDecisionStore
from tests.builders import a_question_id
from tests.unit.guard.builders import (
    ADVICE,
    NOW,
    a_draft,
    a_passage,
    a_policy,
    a_signer,
    a_source,
    an_advised,
    an_advising_passage,
    an_event,
    an_evidence,
)
from tests.unit.guard.fakes import DirectEngine, FakeCorpus

DRAFTS_KEY = b"k" * 32

_STATEMENTS = {
    "SELECT coalesce(max(": "take a number",
    "INSERT INTO decisions": "insert the decision",
    "INSERT INTO draft_keys": "insert the key",
    "INSERT INTO drafts": "insert the draft",
}


class Effects:
    """Writes down each effect that is reached, and ends the process at one of them."""

    def __init__(self, folder: Path, stop: str) -> None:
        self._trace = (folder / "trace").open("a", buffering=1)
        self._stop = stop

    def reach(self, point: str) -> None:
        self._trace.write(point + "\n")
        if point == self._stop:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def with_effects(*args: Any, **options: Any) -> Any:
            self.reach(f"before {name}")
            outcome = function(*args, **options)
            self.reach(f"after {name}")
            return outcome

        return with_effects

    def around_async(
        self, name: str, function: Callable[..., Awaitable[Any]]
    ) -> Callable[..., Awaitable[Any]]:
        @functools.wraps(function)
        async def with_effects(*args: Any, **options: Any) -> Any:
            self.reach(f"before {name}")
            outcome = await function(*args, **options)
            self.reach(f"after {name}")
            return outcome

        return with_effects

    def watch(self, store: Store) -> None:
        """Reach an effect at each statement of a decision, and at its commit."""

        def before(_: Any, __: Any, statement: str, *___: Any) -> None:
            self._met("before", statement)

        def after(_: Any, __: Any, statement: str, *___: Any) -> None:
            self._met("after", statement)

        def commit(connection: Connection) -> None:
            if connection.get_execution_options().get("caveat_exclusive"):
                self.reach("before commit")

        event.listen(Engine, "before_cursor_execute", before)
        event.listen(Engine, "after_cursor_execute", after)
        event.listen(Engine, "commit", commit)
        write = store.write

        async def write_and_tell(work: Any) -> Any:
            outcome = await write(work)
            self.reach("after commit")
            return outcome

        store.write = write_and_tell  # type: ignore[method-assign]

    def _met(self, when: str, statement: str) -> None:
        name = next((n for start, n in _STATEMENTS.items() if statement.startswith(start)), "")
        if name:
            self.reach(f"{when} {name}")


class EffectSigner(Signer):
    """Signs, and says which of the two signatures it is about to make."""

    def __init__(self, effects: Effects) -> None:
        super().__init__(a_signer().key)
        self._effects = effects

    def sign(self, content: bytes) -> str:
        schema = json.loads(content)["schema"].split("/")[1]
        signing: Callable[[bytes], str] = self._effects.around(f"sign the {schema}", super().sign)
        return signing(content)


class FileTopic:
    """Stands for the broker: what was put is on the disk when `put` returns."""

    def __init__(self, folder: Path, effects: Effects) -> None:
        self._folder = folder
        self._effects = effects

    async def put(
        self, topic: str, value: bytes | None, *, key: bytes | None, headers: Mapping[str, bytes]
    ) -> None:
        self._effects.reach("before publish")
        record = [topic, (key or b"").decode(), base64.b64encode(value or b"").decode()]
        with (self._folder / "published").open("a") as file:
            file.write(json.dumps(record) + "\n")
            file.flush()
            os.fsync(file.fileno())
        if topic == ANSWER_GUARDED:
            self._effects.reach("after publish")

    async def put_soon(
        self, topic: str, value: bytes, *, key: bytes, headers: Mapping[str, bytes]
    ) -> None:
        """Progress is best effort."""


def a_record_of(road: str) -> Message:
    """Make a draft with a sentence that must go, or a conclusion that names a passage."""
    if road == "draft":
        evidence = an_evidence(a_passage(), an_advising_passage(ADVICE))
        draft = an_event(a_draft(an_advised(ADVICE)), evidence=evidence)
        return Message(ANSWER_DRAFTED, 0, 0, 0, draft.question_id, wire.encode(draft), {})
    conclusion = QuestionConcluded(
        a_question_id(),
        ConclusionCode.NOTHING_FOUND,
        "retriever",
        region="US",
        nearest_passage_ids=("psg_one",),
    )
    value = wire.encode(conclusion)
    return Message(QUESTION_CONCLUDED, 0, 0, 0, conclusion.question_id, value, {})


def first_record(folder: Path, road: str) -> Message:
    """Read the record that every life of this folder is given, or make it."""
    path = folder / "record"
    if not path.exists():
        made = a_record_of(road)
        path.write_text(f"{made.key} {base64.b64encode(made.value or b'').decode()}")
    key, value = path.read_text().split()
    topic = ANSWER_DRAFTED if road == "draft" else QUESTION_CONCLUDED
    return Message(topic, 0, 0, 0, key, base64.b64decode(value), {})


async def live(folder: Path, road: str, stop: str, life: int) -> None:
    """Live once: handle the record, and in a life that is not to end, another one after it."""
    effects = Effects(folder, stop)
    store = Store(
        f"sqlite:///{folder}/guard.db", MIGRATIONS, name="guard", readiness=Readiness("guard")
    )
    await store.start()
    effects.watch(store)
    decisions = RelationalDecisionStore(store, DRAFTS_KEY)
    decisions.find = effects.around_async("find", decisions.find)  # type: ignore[method-assign]
    corpus = FakeCorpus([a_passage(), an_advising_passage(ADVICE)], [a_source()])
    corpus.passages = effects.around_async("fetch", corpus.passages)  # type: ignore[method-assign]
    engine = DirectEngine()
    engine.run = effects.around_async("judge", engine.run)  # type: ignore[method-assign]
    judge = Judge(
        policy=replace(a_policy(), version=f"2026.12.{life}", sha256=f"{life}" * 64),
        engine=engine,
        corpus=corpus,
        store=decisions,
        signer=EffectSigner(effects),
        now=lambda: NOW + timedelta(hours=life),
        new_answer_id=new_answer_id,
        random_bytes=secrets.token_bytes,
    )
    guard = guard_stream.GuardStream(judge)
    guard_stream._emit = effects.around("encode", guard_stream._emit)
    delivery = Delivery(
        STAGE["guard"],
        {ANSWER_DRAFTED: guard.drafted, QUESTION_CONCLUDED: guard.concluded},
        FileTopic(folder, effects),  # type: ignore[arg-type]
        Readiness("guard"),
        _nothing_is_rejected,
    )
    effects.reach("before read")
    message = first_record(folder, road)
    effects.reach("after read")
    await delivery.deliver(message)
    effects.around("acknowledge", lambda: (folder / "acknowledged").write_text(message.key))()
    if not stop:
        await delivery.deliver(a_record_of(road))
    await store.stop()


async def _nothing_is_rejected(message: Message, reject: Reject) -> Outcome:
    raise AssertionError(reject)
    return Done()


def main() -> None:
    """Fork for each line; say how each life ended."""
    a_policy()
    print("ready", flush=True)  # noqa: T201 - stdout is how the test hears of it
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(live(Path(told["folder"]), told["road"], told["stop"], told["life"]))
                code = 0
            except BaseException:
                import traceback

                traceback.print_exc()
                code = 1
            os._exit(code)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
