import json
from datetime import UTC, datetime

import pytest

from caveat import wire
from caveat.chassis.stream.messages import Message
from caveat.cli.tail import shown, topic_named
from caveat.errors import UnknownRecord
from caveat.model import AnswerGuarded, AnswerPublished, QuestionAsked, Rendering
from caveat.pipeline import ANSWER_GUARDED, ANSWER_PUBLISHED, QUESTION_ASKED

QUESTION_ID = "01980000-0000-7000-8000-000000000001"
ASKED = QuestionAsked(
    QUESTION_ID, "My secret question", asked_at=datetime(2026, 11, 22, tzinfo=UTC)
)


def a_message(topic: str, value: bytes | None, **headers: str) -> Message:
    named = {name.replace("_", "-"): text.encode() for name, text in headers.items()}
    return Message(topic, 3, 14, 0, QUESTION_ID, value, named)


def a_dead_letter(value: bytes) -> Message:
    return a_message(
        "caveat.router.dead-letter.v1",
        value,
        caveat_error_reason="malformed_event",
        caveat_origin_topic=QUESTION_ASKED,
    )


def test_knows_topics_by_their_full_and_short_names():
    assert topic_named("question.asked") == QUESTION_ASKED
    assert topic_named(QUESTION_ASKED) == QUESTION_ASKED
    assert topic_named("router.dead-letter") == "caveat.router.dead-letter.v1"
    with pytest.raises(UnknownRecord, match=r"answer\.drafted"):
        topic_named("nonsense")


def test_shows_where_a_record_is_and_what_it_says():
    record = shown(a_message(QUESTION_ASKED, wire.encode(ASKED), ce_type="x"), text=False)

    assert (record["partition"], record["offset"], record["key"]) == (3, 14, QUESTION_ID)
    assert record["headers"] == {"ce-type": "x"}
    assert record["value"]["text"] == "My secret question"
    json.dumps(record)


def test_shows_documents_inside_an_event_as_the_json_that_they_are():
    guarded = AnswerGuarded(QUESTION_ID, 1, b'{"a":1}', "x..y", b'{"number":7}')

    value = shown(a_message(ANSWER_GUARDED, wire.encode(guarded)), text=False)["value"]

    assert value["document"] == {"a": 1}
    assert value["decision"] == {"number": 7}
    assert value["jws"] == "x..y"


def test_shows_renderings_as_text():
    published = AnswerPublished(
        QUESTION_ID, 1, "ans_x", b"{}", "x..y", (Rendering("text/plain", "naïve".encode()),)
    )

    value = shown(a_message(ANSWER_PUBLISHED, wire.encode(published)), text=False)["value"]

    assert value["renderings"] == [{"mediaType": "text/plain", "content": "naïve"}]


def test_shows_the_cause_of_a_dead_letter_and_none_of_its_words():
    content = wire.encode(ASKED)
    record = shown(a_dead_letter(content), text=False)

    assert record["headers"]["caveat-error-reason"] == "malformed_event"
    assert record["value"] == {"bytes": len(content)}
    assert "secret" not in json.dumps(record)


def test_shows_the_words_of_a_dead_letter_when_asked_for_them():
    assert shown(a_dead_letter(wire.encode(ASKED)), text=True)["value"]["text"] == ASKED.text
    broken = shown(a_dead_letter(b"\xff\xfe secret"), text=True)["value"]
    assert "secret" in broken["undecodable"]


def test_shows_a_question_that_was_asked_in_json():
    value = json.dumps({"questionId": QUESTION_ID, "text": "hello"}).encode()
    message = a_message(QUESTION_ASKED, value, content_type="application/json")

    assert shown(message, text=False)["value"]["text"] == "hello"


@pytest.mark.parametrize("content", [b"\xff\xff", b"not protobuf at all"])
def test_shows_what_cannot_be_decoded_for_what_it_is(content: bytes):
    value = shown(a_message(ANSWER_GUARDED, content), text=False)["value"]

    assert value["bytes"] == len(content)


def test_shows_an_empty_record_as_null():
    assert shown(a_message(QUESTION_ASKED, None), text=False)["value"] is None
