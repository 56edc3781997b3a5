"""The schemas of what goes in and out, for /openapi.json. Those of signed documents are theirs."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from caveat.model import LeafKind, SourceType
from services.gateway import core
from services.gateway.contract.operations import UUID7, ref
from services.gateway.problems import PROBLEMS
from services.gateway.regions import REGIONS
from services.gateway.views import FORMATS

Fields = Mapping[str, Any]

SIGNED = {"AnswerDocument": "answer-1"}
"""Components that are a signed document's own schema, by the file in caveat/schemas."""

_TEXT: Fields = {"type": "string"}
_COUNT: Fields = {"type": "integer", "minimum": 0}
_MOMENT: Fields = {"type": "string", "format": "date-time"}
_SHA256: Fields = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_PATH: Fields = {"type": "string", "pattern": "^/"}
_QUESTION_ID: Fields = {"type": "string", "pattern": UUID7}
_ANSWER_ID: Fields = {"type": "string", "pattern": "^ans_[0-9a-z]{26}$"}
_DECISION_ID: Fields = {"type": "string", "pattern": "^dec_[1-9][0-9]*$"}
_KEY_ID: Fields = {"type": "string", "minLength": 1}
_OUTCOME: Fields = {"enum": sorted(core.OUTCOMES)}

# Controls but for line breaks are refused. A text also needs its length after trimming and NFC.
_TYPED = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$"


def _object(required: Fields, optional: Fields | None = None, **more: Any) -> Fields:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {**required, **(optional or {})},
        **more,
    }


def _or_null(schema: Fields) -> Fields:
    return {"anyOf": [schema, {"type": "null"}]}


_QUESTION_LINKS = _object({"self": _PATH, "events": _PATH, "answer": _or_null(_PATH)})
_LOG_PLACE = _object({"index": _COUNT, "proof_url": _PATH})

_NEW_QUESTION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["text"],
    "properties": {
        "text": {
            "type": "string",
            "minLength": core.SHORTEST,
            "maxLength": core.LONGEST,
            "pattern": _TYPED,
            "description": "What is asked; 3 to 4096 characters in NFC without white space around"
            " them, at least one of them visible.",
        },
        "lang": {
            "enum": [*sorted(core.LANGUAGES), None],
            "description": "answered: " + ", ".join(sorted(core.ANSWERED)),
        },
        "region": {
            "enum": [*sorted(REGIONS), None],
            "description": "An ISO 3166-1 alpha-2 code.",
        },
        "audience": {"enum": sorted(core.AUDIENCES)},
    },
}

_ATTESTATION = {"jws": _TEXT, "key_id": _KEY_ID, "payload_sha256": _SHA256}

_ENVELOPE = _object(
    {
        "answer": ref("AnswerDocument"),
        "attestation": _object(_ATTESTATION),
        "lifecycle": _object(
            {
                "state": {"enum": ["current", "superseded", "withdrawn"]},
                "superseded_by": _or_null(_PATH),
                "last_checked_at": _or_null(_MOMENT),
                "log": _or_null(_LOG_PLACE),
            }
        ),
        "links": _object(
            dict.fromkeys(("self", *(f for f in FORMATS if f != "json"), "verify"), _PATH)
        ),
    },
    description="A signed answer, `answer`, with what is not signed around it. Signed are the"
    " RFC 8785 bytes of `answer`.",
)

_PASSAGE = {
    "id": _TEXT,
    "source_id": _TEXT,
    "heading": _TEXT,
    "facet": _TEXT,
    "subject": _TEXT,
    "start": _COUNT,
    "end": _COUNT,
    "text": _TEXT,
    "links": _object({"self": _PATH, "source": _PATH}),
}
_SOURCE = {
    "id": _TEXT,
    "type": {"enum": sorted(SourceType)},
    "title": _TEXT,
    "publisher": _TEXT,
    "url": _TEXT,
    "updated_on": _or_null(_TEXT),
    "retrieved_at": _MOMENT,
    "licence": _TEXT,
    "text_sha256": _SHA256,
    "tier": {"type": "integer", "minimum": 1, "maximum": 4},
    "retracted": {"type": "boolean"},
    "rests_on": _or_null(
        _object(
            {
                "title": _TEXT,
                "publisher": _TEXT,
                "type": {"enum": sorted(SourceType)},
                "dated": _TEXT,
            }
        )
    ),
    "links": _object({"self": _PATH}),
}

_TO_VERIFY = {
    "oneOf": [
        {
            "type": "object",
            "required": ["answer", "attestation"],
            "properties": {
                "answer": {"type": "object"},
                "attestation": {
                    "type": "object",
                    "required": ["jws"],
                    "properties": {
                        "jws": _TEXT,
                        "key_id": _TEXT,
                        "payload_sha256": _TEXT,
                    },
                },
            },
            "not": {"anyOf": [{"required": ["document"]}, {"required": ["jws"]}]},
        },
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["document", "jws"],
            "properties": {
                "document": {
                    "type": ["object", "string"],
                    "description": "A document, or the very text that was signed.",
                },
                "jws": {"type": "string", "description": "A detached JWS (RFC 7515, appendix F)."},
            },
        },
    ],
    "description": "An envelope as it is served, or a document with its signature.",
}

SCHEMAS: Mapping[str, Fields] = {
    "NewQuestion": _NEW_QUESTION,
    "Acceptance": _object(
        {"id": _QUESTION_ID, "status": {"const": "accepted"}, "notice": _TEXT,
         "links": _QUESTION_LINKS}
    ),
    "Question": _object(
        {
            "id": _QUESTION_ID,
            "status": {"enum": ["accepted", "screening", "retrieving", "drafting", "checking",
                                "publishing", "done"]},
            "outcome": _or_null(_OUTCOME),
            "asked_at": _or_null(_MOMENT),
            "updated_at": _MOMENT,
            "links": _QUESTION_LINKS,
        }
    ),
    "Envelope": _ENVELOPE,
    "Attestation": _object(
        {
            "answer_id": _ANSWER_ID,
            "question_id": _QUESTION_ID,
            "version": {"type": "integer", "minimum": 1},
            "decision_id": _TEXT,
            **_ATTESTATION,
            "log": _or_null(_LOG_PLACE),
            "links": _object({"answer": _PATH, "keys": _PATH, "verify": _PATH}),
        }
    ),
    "ToVerify": _TO_VERIFY,
    "Verification": _object(
        {
            "valid": {"type": "boolean"},
            "reason": _or_null(_TEXT),
            "key_id": _or_null(_TEXT),
            "payload_sha256": _or_null(_SHA256),
            "answer_id": _or_null(_TEXT),
            "decision_id": _or_null(_TEXT),
            "checked": {"type": "array", "items": _TEXT},
            "not_checked": {"type": "array", "items": _TEXT},
        }
    ),
    "Passage": _object({**_PASSAGE, "source": _object(_SOURCE)}),
    "Source": _object(
        {
            **_SOURCE,
            "corpus_version": _TEXT,
            "text": _TEXT,
            "passages": {"type": "array", "items": _object(_PASSAGE)},
        }
    ),
    "Proof": _object(
        {
            "schema": {"const": "caveat/proof/1"},
            "leaf": _object(
                {"index": _COUNT, "kind": {"enum": sorted(LeafKind)},
                 "content": {"type": "string", "contentEncoding": "base64"}, "jws": _TEXT}
            ),
            "tree_size": {"type": "integer", "minimum": 1},
            "path": {"type": "array",
                     "items": {"type": "string", "contentEncoding": "base64"}},
            "checkpoint": _TEXT,
        }
    ),
    "KeySet": {
        "type": "object",
        "required": ["keys"],
        "properties": {"keys": {"type": "array", "items": {"type": "object"}}},
    },
    "Readiness": _object(
        {"ready": {"type": "boolean"}, "obstacles": {"type": "array", "items": _TEXT}}
    ),
    "Liveness": _object({"live": {"const": True}}),
    "Version": _object({"service": {"const": "gateway"}, "version": _TEXT}),
    "ProblemKind": _object(
        {"type": _PATH, "title": _TEXT, "status": {"type": "integer"}, "meaning": _TEXT}
    ),
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail", "trace_id", "request_id"],
        "properties": {
            "type": {"enum": [f"/problems/{slug}" for slug in PROBLEMS]},
            "title": _TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": _TEXT,
            "trace_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "request_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "errors": {"type": "array", "items": _object({"pointer": _TEXT, "detail": _TEXT})},
            "available": {"type": "array", "items": _TEXT},
            "notice": _TEXT,
            "away": _TEXT,
        },
    },
}  # fmt: skip


@cache
def signed_schema(name: str) -> bytes:
    """Read the schema of a signed document as it is published."""
    return resources.files("caveat").joinpath("schemas", f"{name}.schema.json").read_bytes()


def components() -> dict[str, Fields]:
    """List every schema; those of signed documents refer to their own definitions here."""
    embedded = {name: _embedded(name, file) for name, file in SIGNED.items()}
    return {**SCHEMAS, **embedded}


def _embedded(component: str, file: str) -> Fields:
    """Take a schema in: without its own address its references begin at the whole document."""
    text = signed_schema(file).decode().replace('"#/', f'"#/components/schemas/{component}/')
    schema: dict[str, Any] = json.loads(text)
    return {name: value for name, value in schema.items() if name not in ("$schema", "$id")}
