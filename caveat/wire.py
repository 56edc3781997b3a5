"""Map the model to protobuf and back. The only module that knows both.

A model class and its message share their name and their fields, which a contract test holds; so
one mapping serves all of them. Enum members map by name, `None` to an unset field, tuples to
repeated fields, aware datetimes to timestamps (UTC).
"""

import dataclasses
import types
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message
from google.protobuf.timestamp_pb2 import Timestamp

from caveat import model, pipeline
from caveat.errors import MalformedEvent
from caveat.v1 import (
    answer_pb2,
    decision_pb2,
    draft_pb2,
    events_pb2,
    passage_pb2,
    question_pb2,
    verdict_pb2,
)

M = TypeVar("M")

_MODULES = (
    answer_pb2,
    decision_pb2,
    draft_pb2,
    events_pb2,
    passage_pb2,
    question_pb2,
    verdict_pb2,
)

EVENT_OF_TOPIC: Mapping[str, type] = {
    pipeline.QUESTION_ASKED: model.QuestionAsked,
    pipeline.QUESTION_ROUTED: model.QuestionRouted,
    pipeline.EVIDENCE_RETRIEVED: model.EvidenceRetrieved,
    pipeline.ANSWER_DRAFTED: model.AnswerDrafted,
    pipeline.QUESTION_CONCLUDED: model.QuestionConcluded,
    pipeline.ANSWER_GUARDED: model.AnswerGuarded,
    pipeline.ANSWER_PUBLISHED: model.AnswerPublished,
    pipeline.PROGRESS_MADE: model.ProgressMade,
}


def _find_message_class(kind: Any) -> type[Message]:
    for module in _MODULES:
        if found := getattr(module, kind.__name__, None):
            return found  # type: ignore[no-any-return]
    raise TypeError(f"no message is named {kind.__name__}")


message_class: Callable[[Any], type[Message]] = cache(_find_message_class)
"""Find the generated message that shares its name with a model class."""


def to_proto(value: Any) -> Any:
    """Turn a model value into its message."""
    message = message_class(type(value))()
    for name, encode, _ in _fields(type(value)):
        if (item := getattr(value, name)) is not None:
            encode(message, name, item)
    return message


def from_proto(kind: type[M], message: Any) -> M:
    """Turn a message into a model value. Raises MalformedEvent for an unknown enum value."""
    return kind(**{name: decode(message, name) for name, _, decode in _fields(kind)})


def encode(value: Any) -> bytes:
    """Serialise a model value, with map entries in a fixed order."""
    return to_proto(value).SerializeToString(deterministic=True)  # type: ignore[no-any-return]


def decode(kind: type[M], content: bytes) -> M:
    """Read a model value from protobuf bytes. Raises MalformedEvent."""
    message = message_class(kind)()
    try:
        message.ParseFromString(content)
    except DecodeError as error:
        raise MalformedEvent(f"not a {kind.__name__}") from error
    return from_proto(kind, message)


def decode_json(kind: type[M], content: bytes) -> M:
    """Read a model value from the proto3 JSON mapping. Raises MalformedEvent."""
    message = message_class(kind)()
    try:
        json_format.Parse(content.decode("utf-8"), message)
    except (json_format.ParseError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise MalformedEvent(f"not a {kind.__name__} in JSON") from error
    return from_proto(kind, message)


def to_json(value: Any) -> dict[str, Any]:
    """Show a model value in the proto3 JSON mapping, for people and tools."""
    return json_format.MessageToDict(to_proto(value))


# --- the mapping, worked out once for each class -------------------------------------------------

_Encode = Callable[[Any, str, Any], None]
_Decode = Callable[[Any, str], Any]


def _work_out_fields(kind: Any) -> tuple[tuple[str, _Encode, _Decode], ...]:
    hints = get_type_hints(kind)
    return tuple((f.name, *_codec(hints[f.name])) for f in dataclasses.fields(kind))


_fields: Callable[[Any], tuple[tuple[str, _Encode, _Decode], ...]] = cache(_work_out_fields)


def _codec(hint: Any) -> tuple[_Encode, _Decode]:
    optional = get_origin(hint) in (Union, types.UnionType)
    if optional:
        [hint] = [arm for arm in get_args(hint) if arm is not type(None)]
    if get_origin(hint) is tuple:
        return _repeated(get_args(hint)[0])
    if get_origin(hint) is Mapping:
        return _set_map, lambda message, name: dict(getattr(message, name))
    if dataclasses.is_dataclass(hint) or hint is datetime:
        return _nested(hint, optional=optional)
    to_wire, from_wire = _scalar(hint)

    def put(message: Any, name: str, value: Any) -> None:
        setattr(message, name, to_wire(value))

    def take(message: Any, name: str) -> Any:
        if optional and not message.HasField(name):
            return None
        return from_wire(getattr(message, name))

    return put, take


def _set_map(message: Any, name: str, value: Mapping[str, int]) -> None:
    getattr(message, name).update(value)


def _repeated(hint: Any) -> tuple[_Encode, _Decode]:
    to_wire, from_wire = _scalar(hint)
    return (
        lambda message, name, value: getattr(message, name).extend(map(to_wire, value)),
        lambda message, name: tuple(map(from_wire, getattr(message, name))),
    )


def _nested(hint: Any, *, optional: bool) -> tuple[_Encode, _Decode]:
    to_wire, from_wire = _scalar(hint)

    def put(message: Any, name: str, value: Any) -> None:
        getattr(message, name).CopyFrom(to_wire(value))

    def take(message: Any, name: str) -> Any:
        if message.HasField(name):
            return from_wire(getattr(message, name))
        if optional:
            return None
        raise MalformedEvent(f"{name} is missing")

    return put, take


def _scalar(hint: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    if dataclasses.is_dataclass(hint):
        return to_proto, lambda message: from_proto(hint, message)  # type: ignore[arg-type]
    if hint is datetime:
        return _timestamp, _moment
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _enum(hint)
    return (lambda value: value), (lambda value: value)


def _timestamp(value: datetime) -> Any:
    stamp = Timestamp()
    stamp.FromDatetime(value)
    return stamp


def _moment(stamp: Any) -> datetime:
    try:
        return stamp.ToDatetime(tzinfo=UTC)  # type: ignore[no-any-return]
    except (ValueError, OverflowError) as error:
        raise MalformedEvent("a time that no calendar has") from error


def _enum(kind: type[StrEnum]) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    prefix = "".join("_" + c if c.isupper() else c.upper() for c in kind.__name__)[1:]
    descriptor = next(
        getattr(module, kind.__name__) for module in _MODULES if hasattr(module, kind.__name__)
    )
    number = {member: descriptor.Value(f"{prefix}_{member.name}") for member in kind}
    member_of = {value: member for member, value in number.items()}

    def take(value: int) -> StrEnum:
        if value not in member_of:
            raise MalformedEvent(f"unknown {kind.__name__}: {value}")
        return member_of[value]

    return number.__getitem__, take
