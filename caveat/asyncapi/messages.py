"""The messages of the document: payloads, keys and headers, as other teams meet them."""

from collections.abc import Mapping
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from caveat import wire
from caveat.asyncapi.proto import proto_text
from caveat.model import QuestionAsked
from caveat.pipeline import ANSWER_PUBLISHED, QUESTION_ASKED

KAFKA_BINDING = "0.5.0"
JSON, PROTOBUF = "application/json", "application/protobuf"

_PROTO_FORMAT = "application/vnd.google.protobuf;version=3"
_JSON_FORMAT = "application/schema+json;version=draft-07"
_TEXT: dict[str, Any] = {"type": "string"}
_MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
_UUID7 = "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
_KEY: dict[str, Any] = {"type": "string", "pattern": _UUID7, "description": "the question's id"}

_OMITTED = {"const": "omitted", "description": "the bytes did not fit; the origin has them"}

_LIMITS: Mapping[str, dict[str, Any]] = {
    "questionId": _KEY | {"description": "a UUIDv7, equal to the record's key"},
    "text": {"minLength": 3, "maxLength": 4096, "description": "what a person typed"},
    "lang": {"description": "a BCP 47 tag, or empty when unknown"},
    "region": {
        "pattern": "^([A-Z]{2})?$",
        "description": "an ISO 3166-1 alpha-2 code, or empty when unknown; it chooses whom to call",
    },
    "audience": {"enum": ["", "patient"], "description": "empty means patient"},
    "client": {"description": "names the producer of the question, never a person"},
    "askedAt": {"description": "when it was asked; the day of it is shown on the page"},
}
"""What the mapping itself does not say of the fields of question.asked."""

_EXAMPLE = {
    "questionId": "019a5b1c-7d00-7abc-8def-0123456789ab",
    "text": "Is CAR-T cell therapy available for MDS?",
    "lang": "en",
    "region": "US",
    "audience": "patient",
    "client": "portal-7",
    "askedAt": "2026-11-22T10:00:00Z",
}
_SUMMARIES = {
    QUESTION_ASKED: "What a person asked, as typed. Only the router reads it.",
    ANSWER_PUBLISHED: (
        "A verified answer with its presentations. `document` holds exactly the signed bytes: an "
        "answer document of the schema caveat/answer/1; `jws` is the detached signature over them."
    ),
}


def messages_of_topic(topic: str) -> dict[str, dict[str, Any]]:
    """Describe what may be on a topic; questions may be JSON too."""
    kind = wire.EVENT_OF_TOPIC[topic]
    descriptor: Any = wire.message_class(kind).DESCRIPTOR
    summary = _SUMMARIES.get(topic, (kind.__doc__ or "").strip().splitlines()[0])
    found = {
        kind.__name__: {
            "name": kind.__name__,
            "summary": summary,
            "contentType": PROTOBUF,
            "headers": {"$ref": "#/components/schemas/EventHeaders"},
            "payload": {"schemaFormat": _PROTO_FORMAT, "schema": proto_text(descriptor)},
            "bindings": _keyed(),
        }
    }
    if kind is QuestionAsked:
        found["QuestionAskedInJson"] = _question_in_json(descriptor)
    return found


def dead_letter(service: str) -> dict[str, Any]:
    """Describe what a service could not use: the original bytes, and why."""
    return {
        "name": f"{service.title()}DeadLetter",
        "summary": f"A record that the {service} could not use, with its original key and bytes.",
        "headers": {"$ref": "#/components/schemas/DeadLetterHeaders"},
        "payload": {"description": "the original bytes, whatever they are"},
    }


def header_schemas() -> dict[str, Any]:
    """Describe the headers of records: CloudEvents in binary mode, W3C Trace Context, ours."""
    carried = {
        "content-type": {"enum": [PROTOBUF, JSON]},
        "traceparent": _TEXT | {"description": "W3C Trace Context; carried to the answer"},
        "tracestate": _TEXT,
        "caveat-version": _TEXT
        | {"pattern": "^[1-9][0-9]{0,5}$", "description": "set by a replay; absent means 1"},
    }
    events = {
        "ce_specversion": {"const": "1.0"},
        "ce_id": _TEXT | {"description": "unique with ce_source"},
        "ce_type": _TEXT | {"description": "the topic's name"},
        "ce_source": _TEXT | {"format": "uri-reference"},
        "ce_time": _MOMENT,
        "ce_dataschema": _TEXT | {"format": "uri-reference"},
    }
    origin = ("topic", "partition", "offset", "timestamp")
    faults = {
        "caveat-error-reason": _TEXT | {"description": "a fixed word of ours"},
        "caveat-error-type": _TEXT,
        **{f"caveat-origin-{name}": _TEXT for name in origin},
        "caveat-group": _TEXT,
        "caveat-attempts": _TEXT,
        "caveat-first-failed-at": _MOMENT,
    }
    return {
        "EventHeaders": {"type": "object", "properties": events | carried},
        "DeadLetterHeaders": {
            "type": "object",
            "required": list(faults),
            "properties": faults | carried | {"caveat-error-value": _OMITTED},
        },
    }


def json_mapping(message: Descriptor) -> dict[str, Any]:
    """Write the JSON Schema of a flat message in the proto3 JSON mapping. Unknown fields fail."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "additionalProperties": False,
        "properties": {field.json_name: _json_type(field) for field in message.fields},
    }


def _json_type(field: FieldDescriptor) -> dict[str, Any]:
    if field.type == FieldDescriptor.TYPE_STRING:
        return dict(_TEXT)
    if field.message_type and field.message_type.full_name == "google.protobuf.Timestamp":
        return dict(_MOMENT)
    raise TypeError(f"{field.full_name} has no JSON Schema here yet: give it one in _json_type")


def _question_in_json(message: Descriptor) -> dict[str, Any]:
    schema = json_mapping(message)
    properties = {name: kind | _LIMITS[name] for name, kind in schema["properties"].items()}
    return {
        "name": "QuestionAskedInJson",
        "summary": "The same in the proto3 JSON mapping. The header content-type says which it is.",
        "contentType": JSON,
        "headers": {
            "allOf": [
                {"$ref": "#/components/schemas/EventHeaders"},
                {"required": ["content-type"], "properties": {"content-type": {"const": JSON}}},
            ]
        },
        "payload": {
            "schemaFormat": _JSON_FORMAT,
            "schema": schema | {"required": ["questionId", "text"], "properties": properties},
        },
        "bindings": _keyed(),
        "examples": [
            {"name": "a question", "headers": {"content-type": JSON}, "payload": _EXAMPLE}
        ],
    }


def _keyed() -> dict[str, Any]:
    return {"kafka": {"key": _KEY, "bindingVersion": KAFKA_BINDING}}
