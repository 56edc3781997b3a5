"""A guard that is killed at any point between reading a record and acknowledging it.

However it ends, and whoever comes after it with a later clock, another policy, another key and
other random ids: there is one decision, and one byte string in everything that was published.
"""

import base64
import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from caveat import wire
from caveat.chassis.readiness import Readiness
from caveat.chassis.store import Store
from caveat.model import AnswerGuarded
from caveat.pipeline import ANSWER_GUARDED
from services.guard.__main__ import MIGRATIONS
from services.guard.stores import RelationalDecisionStore
from tests.integration.crashing import DRAFTS_KEY
from tests.unit.guard.builders import ROOT

SIGNED_AND_STORED = ("take a number", "sign the answer", "sign the decision", "insert the decision")
PUBLISHED = ("commit", "encode", "publish", "acknowledge")
EFFECTS = {
    "draft": (
        "read", "find", "fetch", "judge", "judge", *SIGNED_AND_STORED,
        "insert the key", "insert the draft", *PUBLISHED,
    ),
    "conclusion": ("read", "find", "fetch", *SIGNED_AND_STORED, *PUBLISHED),
}  # fmt: skip
# Numbers are taken, documents made and signed in between: these effects have others inside them.
POINTS = [
    (road, f"{when} {effect}")
    for road, effects in EFFECTS.items()
    for effect in dict.fromkeys(effects)
    for when in ("before", "after")
]
STORED_FROM = "after commit"


class Lives:
    """A process that forks a guard for each of its lives."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.crashing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self._said() == "ready"

    def live(self, folder: Path, road: str, *, life: int, stop: str = "") -> int:
        """Let a guard live, and return its exit code."""
        told = {"folder": str(folder), "road": road, "stop": stop, "life": life}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        return int(self._said())

    def _said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@pytest.fixture(scope="module")
def lives() -> Iterator[Lives]:
    lives = Lives()
    yield lives
    with lives.process as process:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=10)


def trace_of(folder: Path) -> list[str]:
    return (folder / "trace").read_text().splitlines()


def decisions_in(folder: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(folder / "guard.db")) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute("SELECT * FROM decisions ORDER BY number")]


def published_for(folder: Path, key: str) -> list[bytes]:
    lines = (folder / "published").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    assert {topic for topic, *_ in records} == {ANSWER_GUARDED}
    return [base64.b64decode(value) for _, to, value in records if to == key]


@pytest.mark.parametrize("road", EFFECTS)
def test_the_points_are_all_that_a_guard_passes(lives: Lives, tmp_path: Path, road: str) -> None:
    assert lives.live(tmp_path, road, life=1, stop="never") == 0

    trace = trace_of(tmp_path)

    begun = [point.removeprefix("before ") for point in trace if point.startswith("before ")]
    assert begun == list(EFFECTS[road])
    assert set(trace) == {point for on, point in POINTS if on == road}


@pytest.mark.parametrize(("road", "point"), POINTS)
async def test_one_decision_and_one_byte_string(
    lives: Lives, tmp_path: Path, road: str, point: str
) -> None:
    assert lives.live(tmp_path, road, life=1, stop=point) == -signal.SIGKILL
    assert trace_of(tmp_path)[-1] == point
    key = (tmp_path / "record").read_text().split()[0] if point != "before read" else ""
    stored_before = bool(decisions_in(tmp_path))

    assert lives.live(tmp_path, road, life=2) == 0

    key = key or (tmp_path / "record").read_text().split()[0]
    decided, following = decisions_in(tmp_path)
    assert (decided["number"], decided["question_id"], following["number"]) == (1, key, 2)
    published = published_for(tmp_path, key)
    assert set(published) == {published[0]}
    answer = wire.decode(AnswerGuarded, published[0])
    assert (answer.document, answer.jws) == (decided["document"], decided["jws"])
    assert (answer.decision, answer.decision_jws) == (decided["record"], decided["record_jws"])
    by_the_first = json.loads(answer.document)["guard"]["policy"]["version"] == "2026.12.1"
    assert by_the_first == stored_before == (trace_before(tmp_path, point, STORED_FROM))
    if road == "draft":
        await assert_the_draft_is_kept(tmp_path, key)


def trace_before(folder: Path, point: str, wanted: str) -> bool:
    """Tell whether the first life passed a point before it ended at another."""
    trace = trace_of(folder)
    return wanted in trace[: trace.index(point) + 1]


async def assert_the_draft_is_kept(folder: Path, key: str) -> None:
    under = Store(
        f"sqlite:///{folder}/guard.db", MIGRATIONS, name="guard", readiness=Readiness("guard")
    )
    await under.start()
    decision, draft = await RelationalDecisionStore(under, DRAFTS_KEY).draft_of(1)
    await under.stop()
    assert decision.question_id == key
    assert draft == base64.b64decode((folder / "record").read_text().split()[1])
