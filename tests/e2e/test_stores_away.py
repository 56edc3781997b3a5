"""A store that somebody has locked: not ready, one line that says so, and no answer lost."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from caveat.cli.probing import readiness
from tests.e2e.asking import Asking
from tests.e2e.conftest import Stack
from tests.e2e.test_faults import obstacles

GOOD = "What are the symptoms of MDS?"


@pytest.fixture
def asking(stack: Stack) -> Asking:
    return Asking(stack)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        yield
        holder.rollback()


def until_it_waits(stack: Stack, service: str) -> None:
    deadline = time.monotonic() + 30
    while f"waiting:{service}-store" not in (found := obstacles(stack, service)):
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def until_it_is_ready(stack: Stack, service: str) -> None:
    [program] = [p for p in stack.plan.services if p.name == service]
    deadline = time.monotonic() + 30
    while not (found := readiness(program.probe_port)).ready:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


@pytest.mark.parametrize("road", [GOOD, "I want to end my life"])
def test_a_question_waits_for_the_guards_store(asking: Asking, road: str):
    stack = asking.stack
    until_it_is_ready(stack, "guard")  # it may be on its way back from another test
    with locked(stack.home / "guard" / "guard.db"):
        question_id = asking.accepted(road)
        until_it_waits(stack, "guard")
        assert asking.standing(question_id)["status"] != "done"

    assert asking.settled(question_id)["answer"]["status"] in ("published", "refused")
    until_it_is_ready(stack, "guard")


def test_a_decision_waits_for_the_auditors_store_and_its_answer_does_not(
    asking: Asking,
):
    stack = asking.stack
    until_it_is_ready(stack, "auditor")
    with locked(stack.home / "auditor" / "auditor.db"):
        answer = asking.answer(GOOD)
        until_it_waits(stack, "auditor")

    until_it_is_ready(stack, "auditor")
    assert stack.caveat("audit", "prove", answer["question_id"]).returncode == 0
    told = (stack.home / "logs" / "auditor.log").read_text()
    assert "Traceback" not in told
