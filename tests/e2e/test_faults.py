"""What happens when a part of the world is away, and when it comes back."""

import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from caveat.cli.supervision import Supervision
from caveat.pipeline import STAGES, dead_letter_topic
from tests.builders import a_question_id
from tests.e2e.asking import Asking, put, records
from tests.e2e.conftest import Stack

GOOD = "What are the symptoms of MDS?"


@pytest.fixture
def asking(stack: Stack) -> Asking:
    return Asking(stack)


@contextmanager
def away(stack: Stack, name: str) -> Iterator[None]:
    """Stop one program for the length of a block."""
    supervision = Supervision(stack.home)
    supervision.stop([name])
    try:
        yield
    finally:
        supervision.launch(name)


def obstacles(stack: Stack, service: str) -> list[str]:
    [program] = [p for p in stack.plan.services if p.name == service]
    probe = f"http://127.0.0.1:{program.probe_port}/readyz"
    return list(httpx.get(probe, trust_env=False).json()["obstacles"])


@pytest.mark.parametrize(("peer", "waits"), [("guard", "router"), ("retriever", "guard")])
def test_a_question_waits_while_a_peer_is_away(asking: Asking, peer: str, waits: str):
    with away(asking.stack, peer):
        question = asking.accepted(GOOD)
        time.sleep(3)
        assert asking.standing(question)["status"] != "done"
        if peer == "guard":
            assert f"waiting:{peer}" in obstacles(asking.stack, waits)

    assert asking.settled(question)["answer"]["status"] == "published"
    assert obstacles(asking.stack, waits) == []


def test_without_the_broker_a_question_is_refused_and_can_be_repeated(asking: Asking):
    key = str(uuid.uuid4())
    with away(asking.stack, "kafka"):
        refused = asking.post(GOOD, key=key)
        assert refused.status_code == 503
        assert refused.headers["content-type"] == "application/problem+json"
        assert int(refused.headers["Retry-After"]) > 0
        assert "emergency number" in refused.text

    deadline = time.monotonic() + 60
    while (accepted := asking.post(GOOD, key=key)).status_code != 202:
        assert time.monotonic() < deadline, accepted.text
        time.sleep(0.5)
    assert asking.settled(accepted.json()["id"])["answer"]["status"] == "published"


def test_without_the_store_a_question_is_refused(asking: Asking):
    [store] = asking.stack.home.rglob("gateway.db")
    lock = sqlite3.connect(store, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
        refused = asking.post(GOOD)
    finally:
        lock.close()

    assert refused.status_code == 503
    assert asking.answer(GOOD)["status"] == "published"


def test_malformed_bytes_on_any_topic_go_to_the_dead_letters(asking: Asking):
    stack = asking.stack
    sent: dict[str, set[str]] = {}
    for stage in STAGES:
        for topic in stage.consumes:
            key = a_question_id()
            put(stack, topic, b"\xff\xff not an event", key.encode())
            put(stack, topic, None, a_question_id().encode())
            sent.setdefault(stage.name, set()).add(key)

    for stage in STAGES:
        deadline = time.monotonic() + 30
        while True:
            buried = records(stack, dead_letter_topic(stage.name), 1)
            if sent[stage.name] <= {(record.key or b"").decode() for record in buried}:
                break
            assert time.monotonic() < deadline, stage.name
        for record in buried:
            if (record.key or b"").decode() not in sent[stage.name]:
                continue  # of another test
            cause = dict(record.headers)
            assert cause["caveat-error-reason"] == b"malformed_event"
            assert cause["caveat-origin-topic"].decode() in stage.consumes

    assert asking.answer(GOOD)["status"] == "published"


def test_a_dead_lettered_question_ends_in_a_failed_page(asking: Asking):
    key = a_question_id()
    put(asking.stack, "caveat.question.asked.v1", b"\xff\xff", key.encode())

    deadline = time.monotonic() + 30
    while (found := asking.get(f"/v1/answers/{key}")).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)

    assert found.json()["answer"]["outcome"]["code"] == "failed"
