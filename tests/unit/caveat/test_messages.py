import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from caveat import wire
from caveat.chassis.stream import Message, event_of, is_question_id, message_of
from caveat.errors import MalformedEvent, MismatchedKey
from caveat.model import QuestionAsked
from tests.builders import a_question_id

ID = "01980000-0000-7000-8000-000000000001"
JSON = {"content-type": b"application/json"}


def a_message(
    value: bytes | None, *, key: str = ID, headers: Mapping[str, bytes] | None = None
) -> Message:
    return Message("caveat.question.asked.v1", 0, 7, 0, key, value, headers or {})


def asked(question_id: str = ID) -> QuestionAsked:
    return QuestionAsked(question_id, "What is MDS?")


def a_record(**changes: Any) -> Any:
    record = {
        "topic": "t", "partition": 3, "offset": 5, "timestamp": 9, "key": ID.encode(),
        "value": b"x", "headers": (),
    }  # fmt: skip
    return SimpleNamespace(**record | changes)


# --- ids ---


def test_a_random_uuid_of_version_7_is_a_question_id() -> None:
    assert is_question_id(a_question_id())
    assert is_question_id(ID)


@pytest.mark.parametrize(
    "text",
    ["", "x", ID.upper().replace("8", "A", 1), ID.replace("-", ""), f"{{{ID}}}", f"urn:uuid:{ID}",
     f" {ID}", f"{ID}\n", ID.replace("7000", "4000"), ID.replace("7000-8", "7000-0"),
     "00000000-0000-0000-0000-000000000000", "\u0660" + ID[1:], "0" * 100_000],
)  # fmt: skip
def test_anything_else_is_not(text: str) -> None:
    assert not is_question_id(text)


def test_a_message_is_about_the_question_of_its_key_or_about_none() -> None:
    assert a_message(b"").question_id == ID
    assert a_message(b"", key="someone").question_id == ""


# --- records ---


def test_reads_a_record() -> None:
    headers = (("traceparent", b"00-1"), ("ce_id", None), ("a", b"1"), ("a", b"2"))

    message = message_of(a_record(headers=headers))

    assert (message.topic, message.partition, message.offset) == ("t", 3, 5)
    assert message.key == ID
    assert message.headers == {"traceparent": b"00-1", "ce_id": b"", "a": b"2"}


@pytest.mark.parametrize(("key", "read"), [(None, ""), (b"", ""), (b"\xff", "\ufffd")])
def test_reads_any_key(key: bytes | None, read: str) -> None:
    message = message_of(a_record(key=key, value=None))

    assert (message.key, message.value, message.question_id) == (read, None, "")


# --- versions ---


@pytest.mark.parametrize(("raw", "version"), [(b"1", 1), (b"2", 2), (b"999999", 999_999)])
def test_reads_a_version(raw: bytes, version: int) -> None:
    assert a_message(b"", headers={"caveat-version": raw}).version == version


def test_is_of_version_one_unless_told_otherwise() -> None:
    assert a_message(b"").version == 1


@pytest.mark.parametrize(
    "raw", [b"", b"0", b"-1", b"01", b"1.0", b"1000000", b"9" * 5000, b" 1", b"1\n", b"\xb2", b"x"]
)
def test_any_other_version_is_malformed(raw: bytes) -> None:
    with pytest.raises(MalformedEvent, match="version"):
        _ = a_message(b"", headers={"caveat-version": raw}).version


# --- contract ---


def test_reads_an_event_from_protobuf() -> None:
    assert event_of(QuestionAsked, a_message(wire.encode(asked()))) == asked()


@pytest.mark.parametrize("kind", [b"application/json", b"application/json; charset=utf-8"])
def test_reads_an_event_from_json_when_its_header_says_so(kind: bytes) -> None:
    content = json.dumps({"questionId": ID, "text": "What is MDS?", "audience": "patient"})

    event = event_of(QuestionAsked, a_message(content.encode(), headers={"content-type": kind}))

    assert event == asked()


def test_takes_json_for_protobuf_without_that_header() -> None:
    content = json.dumps({"questionId": ID}).encode()

    with pytest.raises(MalformedEvent, match="not a QuestionAsked"):
        event_of(QuestionAsked, a_message(content))


@pytest.mark.parametrize("value", [None, b""])
def test_an_empty_record_is_malformed(value: bytes | None) -> None:
    with pytest.raises(MalformedEvent, match="empty"):
        event_of(QuestionAsked, a_message(value))


@pytest.mark.parametrize(("value", "headers"), [(b"\xff\xff", {}), (b"{", JSON), (b"\xff", JSON)])
def test_bytes_that_do_not_decode_are_malformed(value: bytes, headers: Mapping[str, bytes]) -> None:
    with pytest.raises(MalformedEvent, match="not a QuestionAsked"):
        event_of(QuestionAsked, a_message(value, headers=headers))


def test_a_key_that_is_no_id_is_malformed_even_when_the_body_agrees() -> None:
    with pytest.raises(MalformedEvent, match="key is not a question id"):
        event_of(QuestionAsked, a_message(wire.encode(asked("q-1")), key="q-1"))


def test_a_body_about_another_question_is_mismatched() -> None:
    other = wire.encode(asked(a_question_id()))

    with pytest.raises(MismatchedKey, match="different questions"):
        event_of(QuestionAsked, a_message(other))


def test_a_version_that_cannot_be_read_is_malformed() -> None:
    with pytest.raises(MalformedEvent, match="version"):
        event_of(QuestionAsked, a_message(wire.encode(asked()), headers={"caveat-version": b"two"}))
