"""A question that a service crashed on is answered after all, once an operator sends it again."""

import json
import time
from typing import Any

import pytest

from caveat import wire
from caveat.cli.peers import calling
from caveat.model import ConclusionCode, QuestionAsked, QuestionConcluded
from caveat.pipeline import QUESTION_ASKED, QUESTION_CONCLUDED, dead_letter_topic
from caveat.v1.auditor_service_pb2 import ListLeavesRequest
from caveat.v1.auditor_service_pb2_grpc import AuditorServiceStub
from tests.builders import a_question_id
from tests.e2e.asking import Asking, put
from tests.e2e.conftest import Stack

WORDS = "What are the symptoms of MDS?"


@pytest.fixture(scope="module")
def asking(stack: Stack) -> Asking:
    return Asking(stack)


@pytest.fixture(scope="module")
def crashed(asking: Asking) -> str:
    """Leave on Kafka what a router leaves whose core crashed on a good question."""
    question_id = a_question_id()
    key, asked = question_id.encode(), wire.encode(QuestionAsked(question_id, WORDS, region="US"))
    cause = {
        "caveat-error-reason": b"handler_crashed",
        "caveat-error-type": b"KeyError",
        "caveat-origin-topic": QUESTION_ASKED.encode(),
        "content-type": b"application/protobuf",
    }
    concluded = QuestionConcluded(question_id, ConclusionCode.FAILED, "router")
    put(asking.stack, dead_letter_topic("router"), asked, key, "router", cause)
    put(asking.stack, QUESTION_CONCLUDED, wire.encode(concluded), key, "router")
    return question_id


def answered(asking: Asking, question_id: str, version: int) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while True:
        found = asking.get(f"/v1/answers/{question_id}")
        if found.status_code == 200 and found.json()["answer"]["version"] >= version:
            return dict(found.json()["answer"])
        assert time.monotonic() < deadline, found.text
        time.sleep(0.1)


def operations(stack: Stack) -> list[dict[str, Any]]:
    with calling(stack.local, "auditor", AuditorServiceStub) as call:
        leaves = call("ListLeaves", ListLeavesRequest(limit=1000)).leaves
    contents = [json.loads(leaf.content) for leaf in leaves]
    return [content for content in contents if content["schema"] == "caveat/operation/1"]


def test_a_dead_letter_is_listed_replayed_and_answered(asking: Asking, crashed: str):
    stack = asking.stack
    assert answered(asking, crashed, 1)["status"] == "failed"

    listed = stack.caveat("dlq", "ls", "router", "--question", crashed, "--json")
    [letter] = json.loads(listed.stdout)
    assert (letter["reason"], letter["obstacle"]) == ("handler_crashed", None)
    assert WORDS not in listed.stdout

    tried = stack.caveat("dlq", "replay", "router", "--question", crashed)
    assert tried.returncode == 0, tried.stderr
    assert "Nothing was sent" in tried.stderr
    assert operations(stack) == []

    sent = stack.caveat("dlq", "replay", "router", "--question", crashed, "--go")
    assert sent.returncode == 0, sent.stderr
    second = answered(asking, crashed, 2)
    assert (second["version"], second["status"]) == (2, "published")
    first = asking.get(f"/v1/answers/{crashed}?version=1").json()["answer"]
    assert (first["version"], first["status"]) == (1, "failed")

    [operation] = operations(stack)
    assert operation["kind"] == "dead_letters.replayed"
    assert operation["details"] == {
        "service": "router",
        "offsets": str(letter["offset"]),
        "count": "1",
    }

    again = stack.caveat("dlq", "replay", "router", "--question", crashed, "--go")
    assert again.returncode == 0, again.stderr
    assert "stays (version 2 is decided)" in again.stdout
    assert len(operations(stack)) == 1
    assert answered(asking, crashed, 2) == second


def test_a_replay_that_cannot_be_recorded_is_not_sent(asking: Asking, crashed: str):
    stack = asking.stack
    nowhere = {**stack.environment, "CAVEAT_PEER_AUDITOR": "127.0.0.1:1"}
    refused = Stack(stack.local, stack.plan, nowhere).caveat(
        "dlq", "replay", "router", "--question", crashed, "--go"
    )
    assert refused.returncode == 69
    assert "auditor is unavailable" in refused.stderr
