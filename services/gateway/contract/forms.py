"""The small forms that the schemas are made of: ids, moments, objects without further members."""

from collections.abc import Mapping
from typing import Any

from services.gateway import core
from services.gateway.contract.operations import UUID7

Fields = Mapping[str, Any]

TEXT: Fields = {"type": "string"}
COUNT: Fields = {"type": "integer", "minimum": 0}
MOMENT: Fields = {"type": "string", "format": "date-time"}
SHA256: Fields = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
PATH: Fields = {"type": "string", "pattern": "^/"}
QUESTION_ID: Fields = {"type": "string", "pattern": UUID7}
ANSWER_ID: Fields = {"type": "string", "pattern": "^ans_[0-9a-z]{26}$"}
KEY_ID: Fields = {"type": "string", "minLength": 1}
OUTCOME: Fields = {"enum": sorted(core.OUTCOMES)}


def record(members: Fields, **more: Any) -> Fields:
    """Describe an object with these members, always, and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(members),
        "properties": members,
        **more,
    }


def or_null(schema: Fields) -> Fields:
    """Describe what may be null instead."""
    return {"anyOf": [schema, {"type": "null"}]}


QUESTION_LINKS = record({"self": PATH, "events": PATH, "answer": or_null(PATH)})
LOG_PLACE = record({"index": COUNT, "proof_url": PATH})
