"""Questions that another team's backend puts on Kafka itself, as JSON."""

import json
import time
from typing import Any

import pytest

from caveat import attestation, wire
from caveat.authority import CLIENT
from caveat.cli.access import options
from caveat.model import AnswerGuarded
from caveat.pipeline import (
    ANSWER_GUARDED,
    ANSWER_PUBLISHED,
    HOT_PARTITIONS,
    QUESTION_ASKED,
    QUESTION_CONCLUDED,
    dead_letter_topic,
)
from tests.builders import a_question_id
from tests.e2e.asking import Asking, put, records
from tests.e2e.conftest import Stack

JSON = {"content-type": b"application/json"}
GOOD = "What are the symptoms of MDS?"


@pytest.fixture(scope="module")
def asking(stack: Stack) -> Asking:
    return Asking(stack)


def ask_in_json(stack: Stack, key: str, **fields: Any) -> None:
    put(stack, QUESTION_ASKED, json.dumps(fields).encode(), key.encode(), CLIENT, JSON)


def answered(asking: Asking, question_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while (found := asking.get(f"/v1/answers/{question_id}")).status_code != 200:
        assert time.monotonic() < deadline, found.text
        time.sleep(0.05)
    # An answer's place in the log comes a moment after it, and is no part of it.
    return {**found.json(), "lifecycle": None}


def buried(stack: Stack, service: str, key: str, reason: bytes) -> None:
    """Return once a service has put a record of this key aside for this reason."""
    deadline = time.monotonic() + 30
    while True:
        causes = [
            dict(record.headers)["caveat-error-reason"]
            for record in records(stack, dead_letter_topic(service), 1)
            if record.key == key.encode()
        ]
        if causes:
            assert causes == [reason]
            return
        assert time.monotonic() < deadline, service


def test_a_question_in_json_is_answered_and_its_signature_holds(asking: Asking):
    question_id = a_question_id()

    # As protobuf's JSON has it: names in camel case.
    ask_in_json(
        asking.stack, question_id, questionId=question_id, text=GOOD, lang="en", region="IE",
        audience="patient", client="portal", askedAt="2026-11-22T10:00:00.5Z",
    )  # fmt: skip

    envelope = answered(asking, question_id)
    answer = envelope["answer"]
    assert (answer["status"], answer["question_id"]) == ("published", question_id)
    assert (answer["question"]["text"], answer["region"]) == (GOOD, "IE")
    assert answer["question"]["asked_on"] == "2026-11-22"
    verifier = attestation.verifier_of(asking.get("/.well-known/jwks.json").json())
    verifier.verify_answer(attestation.canonical(answer), envelope["attestation"]["jws"])
    assert asking.standing(question_id)["status"] == "done"
    # The asking team reads its answer where it may: on answer.published, as itself.
    mine = records(asking.stack, ANSWER_PUBLISHED, HOT_PARTITIONS, CLIENT)
    assert [r for r in mine if r.key == question_id.encode()]
    assert options(asking.stack.local, CLIENT)["sasl_plain_username"] == CLIENT


def test_the_same_question_asked_again_keeps_its_one_answer(asking: Asking):
    question_id = a_question_id()
    fields = {"question_id": question_id, "text": GOOD, "region": "US"}
    ask_in_json(asking.stack, question_id, **fields)
    first = answered(asking, question_id)

    ask_in_json(asking.stack, question_id, **fields)
    asking.answer(GOOD)  # whatever was asked before it has passed the guard, or soon will have
    time.sleep(2)

    assert answered(asking, question_id) == first
    guarded = [
        wire.decode(AnswerGuarded, record.value)
        for record in records(asking.stack, ANSWER_GUARDED, HOT_PARTITIONS)
        if record.key == question_id.encode()
    ]
    assert len({(g.document, g.jws, g.decision, g.decision_jws) for g in guarded}) == 1


def test_another_question_under_a_known_id_is_a_dead_letter_and_changes_nothing(
    asking: Asking,
):
    question_id = a_question_id()
    ask_in_json(asking.stack, question_id, question_id=question_id, text=GOOD)
    first = answered(asking, question_id)

    ask_in_json(asking.stack, question_id, question_id=question_id, text="What is azacitidine?")

    buried(asking.stack, "guard", question_id, b"conflicting_draft")
    assert answered(asking, question_id) == first
    assert asking.get(f"/v1/answers/{question_id}?version=2").status_code == 404


def test_a_question_under_another_questions_key_is_a_dead_letter_and_nobodys(
    asking: Asking,
):
    key, named = a_question_id(), a_question_id()

    ask_in_json(asking.stack, key, question_id=named, text=GOOD)

    buried(asking.stack, "router", key, b"mismatched_key")
    asking.answer(GOOD)
    for question_id in (key, named):
        assert asking.get(f"/v1/answers/{question_id}").status_code == 404
        assert question_id.encode() not in {
            record.key for record in records(asking.stack, QUESTION_CONCLUDED, HOT_PARTITIONS)
        }


def test_json_that_is_no_question_ends_in_a_failed_page(asking: Asking):
    question_id = a_question_id()

    ask_in_json(asking.stack, question_id, question_id=question_id, text=["not", "text"])

    buried(asking.stack, "router", question_id, b"malformed_event")
    assert answered(asking, question_id)["answer"]["status"] == "failed"
