"""The schemas of the events that tell what happens to a question."""

from collections.abc import Mapping

from services.gateway.contract.forms import (
    COUNT,
    MOMENT,
    QUESTION_ID,
    QUESTION_LINKS,
    TEXT,
    Fields,
    or_null,
    record,
)
from services.gateway.contract.operations import JSON, ref
from services.gateway.telling import ENDS, LAST, STEPS

_HEAD: Fields = {
    "seq": {"type": "integer", "minimum": 0, "maximum": LAST},
    "at": MOMENT,
    "question_id": QUESTION_ID,
    "trace_id": or_null({"type": "string", "pattern": "^[0-9a-f]{32}$"}),
}
_ENVELOPE = ("answer", "attestation", "lifecycle", "links")

HAPPENINGS: Mapping[str, Fields] = {
    "Event": {
        "type": "object",
        "description": "One event; its data is JSON.",
        "required": ["id", "event", "data"],
        "properties": {
            "id": {"type": "string", "pattern": f"^[0-{LAST}]$"},
            "event": {"enum": ["question.accepted", "step.completed", *ENDS.values()]},
            "data": {
                "type": "string",
                "contentMediaType": JSON,
                "contentSchema": {
                    "anyOf": [ref("QuestionAccepted"), ref("StepCompleted"), ref("AnswerArrived")]
                },
            },
        },
    },
    "QuestionAccepted": record(
        {
            **_HEAD,
            "status": {"const": "accepted"},
            "eta_s": or_null(COUNT),
            "links": QUESTION_LINKS,
        }
    ),
    "StepCompleted": record(
        {
            **_HEAD,
            "step": {"enum": list(STEPS.values())},
            "label": TEXT,
            "ms": or_null(COUNT),
            "counts": {"type": "object", "additionalProperties": COUNT},
        }
    ),
    "AnswerArrived": {
        "type": "object",
        "description": "The envelope of the answer, with what every event has.",
        "required": [*_HEAD, *_ENVELOPE],
        "properties": {
            **_HEAD,
            **{name: ref(f"Envelope/properties/{name}") for name in _ENVELOPE},
        },
        "additionalProperties": False,
    },
}
