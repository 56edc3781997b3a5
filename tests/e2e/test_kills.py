"""Ten SIGKILLs of random services under two hundred questions: each ends once, with one answer."""

import os
import random
import signal
import threading
import time
import uuid
from collections import defaultdict

import httpx

from caveat import wire
from caveat.cli.stack import status
from caveat.model import AnswerPublished
from caveat.pipeline import ANSWER_PUBLISHED, HOT_PARTITIONS, SERVICES, dead_letter_topic
from tests.e2e.asking import Asking, records
from tests.e2e.conftest import Stack

QUESTIONS, KILLS, SEED = 200, 10, 20261122
TEXTS = (
    "Is CAR-T cell therapy available for MDS",
    "What are the symptoms of MDS?",
    "What is graft versus host disease?",
    "I want to end my life",
    "How is a cataract removed?",
)


def kill_at_random(stack: Stack, killed: list[str]) -> None:
    """Kill services one after the other, each at a moment that nobody chose."""
    chance = random.Random(SEED)  # noqa: S311 - to repeat a run, not to keep a secret
    for _ in range(KILLS):
        time.sleep(1.5 + chance.random())
        rows = [row for row in status(stack.local) if row.program in SERVICES and row.pid]
        victim = chance.choice(rows)
        os.kill(victim.pid, signal.SIGKILL)
        killed.append(victim.program)


def ask_until_accepted(asking: Asking, text: str, deadline: float) -> str:
    """Repeat a question under its key, as a careful client does."""
    key = str(uuid.uuid4())
    while time.monotonic() < deadline:
        try:
            posted = asking.post(text, key=key)
        except httpx.HTTPError:
            posted = None
        if posted is not None and posted.status_code == 202:
            return str(posted.json()["id"])
        time.sleep(0.1)
    raise AssertionError("a question was not accepted in time")


def test_no_question_is_lost_and_none_is_answered_twice(stack: Stack):
    asking, killed = Asking(stack), list[str]()
    buried_before = {name: len(records(stack, dead_letter_topic(name), 1)) for name in SERVICES}
    killing = threading.Thread(target=kill_at_random, args=(stack, killed))
    killing.start()
    deadline = time.monotonic() + 120
    asked = []
    for number in range(QUESTIONS):
        asked.append(ask_until_accepted(asking, f"{TEXTS[number % 5]} {number}", deadline))
        time.sleep(0.1)
    killing.join()

    healed = time.monotonic() + 60
    unfinished = set(asked)
    while unfinished and time.monotonic() < healed:
        try:
            unfinished = {q for q in unfinished if asking.standing(q)["status"] != "done"}
        except (httpx.HTTPError, KeyError):  # the gateway itself is on its way back
            time.sleep(0.2)

    assert len(killed) == KILLS
    assert unfinished == set()
    documents: dict[str, set[bytes]] = defaultdict(set)
    for record in records(stack, ANSWER_PUBLISHED, HOT_PARTITIONS):
        if record.key and record.key.decode() in asked:
            published = wire.decode(AnswerPublished, record.value)
            documents[published.question_id].add(published.document)
    assert {q: len(found) for q, found in documents.items()} == dict.fromkeys(asked, 1)
    buried = {name: len(records(stack, dead_letter_topic(name), 1)) for name in SERVICES}
    assert buried == buried_before
