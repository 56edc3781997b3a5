"""One key is one question and one answer, also when the first response could not say so."""

import os
import signal
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psutil
import pytest

from caveat import wire
from caveat.cli.supervision import Supervision
from caveat.model import AnswerGuarded
from caveat.pipeline import ANSWER_GUARDED, ANSWER_PUBLISHED, QUESTION_ASKED
from tests.e2e.asking import Asking, records
from tests.e2e.conftest import Stack

GOOD = "What are the symptoms of MDS?"
HOT = 12  # partitions


@pytest.fixture
def asking(stack: Stack) -> Asking:
    return Asking(stack)


@contextmanager
def held_up(stack: Stack, name: str) -> Iterator[None]:
    """Let a program stand still, with all that it has been sent before it."""
    [state] = [state for state in Supervision(stack.home).states() if state.name == name]
    pids = [state.pid, *(child.pid for child in psutil.Process(state.pid).children(recursive=True))]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_a_question_that_kafka_took_after_the_refusal_has_one_answer(asking: Asking):
    key, stack = str(uuid.uuid4()), asking.stack
    assert asking.answer(GOOD)["status"] == "published"  # everybody is connected

    with held_up(stack, "kafka"):
        refused = asking.post(GOOD, key=key)
    assert refused.status_code == 503, refused.text
    assert refused.json()["away"] == "kafka"
    deadline = time.monotonic() + 60
    while (accepted := asking.post(GOOD, key=key)).status_code != 202:
        assert time.monotonic() < deadline, accepted.text
        time.sleep(0.2)

    question_id = accepted.json()["id"]
    settled = asking.settled(question_id)
    assert settled["answer"]["status"] == "published"
    assert asking.post(GOOD, key=key).json()["id"] == question_id
    mine = question_id.encode()
    asked = [r for r in records(stack, QUESTION_ASKED, HOT, "router") if r.key == mine]
    assert len({record.value for record in asked}) == 1
    guarded = [r.value for r in records(stack, ANSWER_GUARDED, HOT) if r.key == mine]
    documents = {wire.decode(AnswerGuarded, value).document for value in guarded}
    assert len(documents) == 1
    published = [r for r in records(stack, ANSWER_PUBLISHED, HOT) if r.key == mine]
    assert len({record.value for record in published}) == 1
    # What Kafka took late is not asked again under another id.
    assert not [
        record
        for record in records(stack, QUESTION_ASKED, HOT, "router")
        if record.key != mine and record.timestamp >= asked[0].timestamp
    ]


def test_fifty_posts_with_one_key_are_one_question(asking: Asking):
    key = str(uuid.uuid4())

    with ThreadPoolExecutor(10) as pool:
        answered = list(pool.map(lambda _: asking.post(GOOD, key=key), range(50)))

    assert {response.status_code for response in answered} <= {202, 409}
    [question_id] = {r.json()["id"] for r in answered if r.status_code == 202}
    assert asking.settled(question_id)["answer"]["status"] == "published"
    mine = question_id.encode()
    assert (
        len([r for r in records(asking.stack, QUESTION_ASKED, HOT, "router") if r.key == mine]) == 1
    )
