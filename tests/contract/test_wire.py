"""Model and protobuf share their names, and every value survives the journey."""

import dataclasses
import subprocess
import types
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from hypothesis import given, settings
from hypothesis import strategies as st

from caveat import model, wire
from caveat.errors import MalformedEvent
from caveat.v1 import events_pb2, passage_pb2, question_pb2

ROOT = Path(__file__).resolve().parents[2]
EXPORTED = [getattr(model, name) for name in model.__all__]
CLASSES = [kind for kind in EXPORTED if dataclasses.is_dataclass(kind)]
ENUMS = [kind for kind in EXPORTED if issubclass(kind, StrEnum)]
EVENTS = sorted(wire.EVENT_OF_TOPIC.values(), key=lambda kind: kind.__name__)


def name_of(kind: type) -> str:
    return kind.__name__


# --- names ---


def test_exports_every_class_of_the_model() -> None:
    modules = (model.draft, model.events, model.passage, model.question, model.verdict)
    defined = {
        name
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__
    }

    assert defined == set(model.__all__)


@pytest.mark.parametrize("kind", CLASSES, ids=name_of)
def test_a_class_and_its_message_have_the_same_fields(kind: type) -> None:
    descriptor = wire.message_class(kind).DESCRIPTOR
    hints = get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]

    assert names == [field.name for field in descriptor.fields]
    for field in descriptor.fields:
        assert _agrees(hints[field.name], field), field.full_name


@pytest.mark.parametrize("kind", ENUMS, ids=name_of)
def test_an_enum_and_its_protobuf_have_the_same_members(kind: type[StrEnum]) -> None:
    prefix = "".join("_" + c if c.isupper() else c.upper() for c in kind.__name__)[1:]
    [descriptor] = [
        file.enum_types_by_name[kind.__name__]
        for file in (module.DESCRIPTOR for module in wire._MODULES)
        if kind.__name__ in file.enum_types_by_name
    ]

    members = {f"{prefix}_{member.name}" for member in kind}

    assert {value.name for value in descriptor.values} == members | {f"{prefix}_UNSPECIFIED"}
    assert descriptor.values_by_name[f"{prefix}_UNSPECIFIED"].number == 0
    assert [member.value for member in kind] == [member.name.lower() for member in kind]


def _agrees(hint: Any, field: Any) -> bool:
    if get_origin(hint) in (Union, types.UnionType):
        [hint] = [arm for arm in get_args(hint) if arm is not type(None)]
        assert field.has_presence
    if get_origin(hint) is Mapping:
        return bool(field.message_type.GetOptions().map_entry)
    if get_origin(hint) is tuple:
        assert field.is_repeated
        hint = get_args(hint)[0]
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return bool(field.message_type.name == hint.__name__)
    if hint is datetime:
        return bool(field.message_type.full_name == "google.protobuf.Timestamp")
    if issubclass(hint, StrEnum):
        return bool(field.enum_type.name == hint.__name__)
    kinds = {
        str: {FieldDescriptor.CPPTYPE_STRING},
        bytes: {FieldDescriptor.CPPTYPE_STRING},
        bool: {FieldDescriptor.CPPTYPE_BOOL},
        int: {FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_INT64},
    }
    is_bytes = field.type == FieldDescriptor.TYPE_BYTES
    return field.cpp_type in kinds[hint] and is_bytes == (hint is bytes)


def test_the_generated_code_is_that_of_the_proto_files() -> None:
    done = subprocess.run([ROOT / "scripts" / "proto", "--check"], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


# --- values ---


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Make any value that a type hint allows."""
    if get_origin(hint) in (Union, types.UnionType):
        return st.one_of(*(values_of(arm) for arm in get_args(hint)))
    if get_origin(hint) is tuple:
        return st.lists(values_of(get_args(hint)[0]), max_size=3).map(tuple)
    if get_origin(hint) is Mapping:
        return st.dictionaries(st.text(), _INTEGERS, max_size=3)
    if dataclasses.is_dataclass(hint):
        hints = get_type_hints(hint)
        fields = {f.name: values_of(hints[f.name]) for f in dataclasses.fields(hint)}
        return st.builds(hint, **fields)  # type: ignore[arg-type]
    return _SCALARS[hint] if hint in _SCALARS else st.sampled_from(list(hint))


_INTEGERS = st.integers(-(2**31), 2**31 - 1)
_SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    type(None): st.none(),
    str: st.text(),
    bytes: st.binary(),
    bool: st.booleans(),
    int: _INTEGERS,
    datetime: st.datetimes(timezones=st.just(UTC)),
}


@pytest.mark.parametrize("kind", CLASSES, ids=name_of)
@given(chosen=st.data())
@settings(max_examples=15, deadline=None)
def test_a_value_survives_the_wire_and_json(kind: type, chosen: st.DataObject) -> None:
    value = chosen.draw(values_of(kind))

    content = wire.encode(value)

    assert wire.decode(kind, content) == value
    assert wire.encode(wire.decode(kind, content)) == content
    as_json = json_format.MessageToJson(wire.to_proto(value)).encode()
    assert wire.decode_json(kind, as_json) == value


def test_counts_are_written_in_a_fixed_order() -> None:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    counts = {f"n{number}": number for number in range(50)}
    backwards = dict(reversed(counts.items()))

    one, other = (
        wire.encode(model.ProgressMade("q", "router", 1, moment, each))
        for each in (counts, backwards)
    )

    assert one == other


# --- what is not a value ---


@pytest.mark.parametrize("kind", EVENTS, ids=name_of)
@given(content=st.binary(max_size=60))
@settings(max_examples=150, deadline=None)
def test_bytes_are_an_event_or_malformed_and_nothing_else(kind: type, content: bytes) -> None:
    for decode in (wire.decode, wire.decode_json):
        try:
            event = decode(kind, content)
        except MalformedEvent:
            continue
        assert type(event) is kind


@pytest.mark.parametrize("kind", EVENTS, ids=name_of)
@given(chosen=st.data())
@settings(max_examples=30, deadline=None)
def test_a_damaged_event_is_an_event_or_malformed_and_nothing_else(
    kind: type, chosen: st.DataObject
) -> None:
    content = bytearray(wire.encode(chosen.draw(values_of(kind))))
    for _ in range(chosen.draw(st.integers(1, 4))):
        if content:
            content[chosen.draw(st.integers(0, len(content) - 1))] = chosen.draw(
                st.integers(0, 255)
            )
    try:
        event = wire.decode(kind, bytes(content))
    except MalformedEvent:
        return
    assert type(event) is kind


@pytest.mark.parametrize("number", [0, 99, -1])
def test_an_unknown_enum_value_is_malformed(number: int) -> None:
    message = events_pb2.QuestionConcluded(question_id="q", code=number)  # type: ignore[arg-type]

    with pytest.raises(MalformedEvent, match=f"unknown ConclusionCode: {number}"):
        wire.decode(model.QuestionConcluded, message.SerializeToString())


def test_an_unknown_enum_value_within_a_list_is_malformed() -> None:
    evidence = passage_pb2.Evidence(kinds_searched=[1, 99])  # type: ignore[list-item]

    with pytest.raises(MalformedEvent, match="unknown SourceType: 99"):
        wire.decode(model.Evidence, evidence.SerializeToString())


def test_a_missing_part_is_malformed_and_names_the_part() -> None:
    with pytest.raises(MalformedEvent, match="question is missing"):
        wire.decode(model.QuestionRouted, b"")


@pytest.mark.parametrize(
    ("seconds", "nanos"), [(10**12, 0), (-(10**12), 0), (0, 2**31 - 1), (2**62, 0), (0, -1)]
)
def test_a_time_that_no_calendar_has_is_malformed(seconds: int, nanos: int) -> None:
    message = events_pb2.QuestionAsked(question_id="q")
    message.asked_at.seconds, message.asked_at.nanos = seconds, nanos

    with pytest.raises(MalformedEvent, match="no calendar"):
        wire.decode(model.QuestionAsked, message.SerializeToString())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"{",
        b"\xff",
        b'{"questionId": 7}',
        b'{"unknown": ""}',
        b'{"text": "\\ud800"}',
        b'{"askedAt": "yesterday"}',
        b'{"askedAt": "9999-99-99T00:00:00Z"}',
        b"[" * 100_000,
        b'{"text": ' + b'{"a":' * 50_000,
    ],
    ids=range(11),
)
def test_other_json_is_malformed(content: bytes) -> None:
    with pytest.raises(MalformedEvent):
        wire.decode_json(model.QuestionAsked, content)


def test_reads_the_json_that_other_teams_write() -> None:
    content = b"""{"questionId": "01980000-0000-7000-8000-000000000001", "text": "What is MDS?",
        "lang": "", "region": "US", "audience": "patient", "client": "portal-7",
        "askedAt": "2026-11-22T10:00:00Z"}"""

    asked = wire.decode_json(model.QuestionAsked, content)

    assert asked.text == "What is MDS?"
    assert asked.asked_at == datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_fields_of_a_later_version_are_left_aside() -> None:
    later = wire.encode(model.Code("NCIt", "C3247")) + b"\xfa\x01\x05later"

    assert wire.decode(model.Code, later) == model.Code("NCIt", "C3247")
    assert question_pb2.Code.FromString(later).system == "NCIt"


def test_a_draft_recorded_before_pages_explained_words_is_still_a_draft() -> None:
    recorded = b'\n\x0cextractive/1\x12\n\n\x02s1\x12\x04MDS.\x1a\x02s1"\x05\n\x03why'

    draft = wire.decode(model.Draft, recorded)

    assert draft.sentences == (model.DraftSentence("s1", "MDS."),)
    assert draft.glossary == ()
    assert wire.encode(draft) == recorded
