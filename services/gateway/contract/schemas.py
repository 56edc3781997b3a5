"""The schemas of what goes in and out, for /openapi.json. Those of signed documents are theirs."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from caveat.model import LeafKind
from services.gateway import core
from services.gateway.contract.evidence import EVIDENCE
from services.gateway.contract.forms import (
    ANSWER_ID,
    COUNT,
    KEY_ID,
    LOG_PLACE,
    MOMENT,
    OUTCOME,
    PATH,
    QUESTION_ID,
    QUESTION_LINKS,
    SHA256,
    TEXT,
    Fields,
    or_null,
    record,
)
from services.gateway.contract.happenings import HAPPENINGS
from services.gateway.contract.operations import ref
from services.gateway.problems import PROBLEMS
from services.gateway.regions import REGIONS
from services.gateway.views import FORMATS

SIGNED = {"AnswerDocument": "answer-1"}
"""Components that are a signed document's own schema, by the file in caveat/schemas."""

# Controls but for line breaks are refused. A text also needs its length after trimming and NFC.
_TYPED = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$"


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

ATTESTATION = {"jws": TEXT, "key_id": KEY_ID, "payload_sha256": SHA256}

_ENVELOPE = record(
    {
        "answer": ref("AnswerDocument"),
        "attestation": record(ATTESTATION),
        "lifecycle": record(
            {
                "state": {"enum": ["current", "superseded", "withdrawn"]},
                "superseded_by": or_null(PATH),
                "last_checked_at": or_null(MOMENT),
                "log": or_null(LOG_PLACE),
            }
        ),
        "links": record(
            dict.fromkeys(("self", *(f for f in FORMATS if f != "json"), "verify"), PATH)
        ),
    },
    description="A signed answer, `answer`, with what is not signed around it. Signed are the"
    " RFC 8785 bytes of `answer`.",
)

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
                        "jws": TEXT,
                        "key_id": TEXT,
                        "payload_sha256": TEXT,
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
    "Acceptance": record(
        {"id": QUESTION_ID, "status": {"const": "accepted"}, "notice": TEXT,
         "links": QUESTION_LINKS}
    ),
    "Question": record(
        {
            "id": QUESTION_ID,
            "status": {"enum": ["accepted", "screening", "retrieving", "drafting", "checking",
                                "publishing", "done"]},
            "outcome": or_null(OUTCOME),
            "asked_at": or_null(MOMENT),
            "updated_at": MOMENT,
            "links": QUESTION_LINKS,
        }
    ),
    "Envelope": _ENVELOPE,
    "Attestation": record(
        {
            "answer_id": ANSWER_ID,
            "question_id": QUESTION_ID,
            "version": {"type": "integer", "minimum": 1},
            "decision_id": TEXT,
            **ATTESTATION,
            "log": or_null(LOG_PLACE),
            "links": record({"answer": PATH, "keys": PATH, "verify": PATH}),
        }
    ),
    "ToVerify": _TO_VERIFY,
    "Verification": record(
        {
            "valid": {"type": "boolean"},
            "reason": or_null(TEXT),
            "key_id": or_null(TEXT),
            "payload_sha256": or_null(SHA256),
            "answer_id": or_null(TEXT),
            "decision_id": or_null(TEXT),
            "checked": {"type": "array", "items": TEXT},
            "not_checked": {"type": "array", "items": TEXT},
        }
    ),
    "Proof": record(
        {
            "schema": {"const": "caveat/proof/1"},
            "leaf": record(
                {"index": COUNT, "kind": {"enum": sorted(LeafKind)},
                 "content": {"type": "string", "contentEncoding": "base64"}, "jws": TEXT}
            ),
            "tree_size": {"type": "integer", "minimum": 1},
            "path": {"type": "array",
                     "items": {"type": "string", "contentEncoding": "base64"}},
            "checkpoint": TEXT,
        }
    ),
    "KeySet": {
        "type": "object",
        "required": ["keys"],
        "properties": {"keys": {"type": "array", "items": {"type": "object"}}},
    },
    "Readiness": record(
        {"ready": {"type": "boolean"}, "obstacles": {"type": "array", "items": TEXT}}
    ),
    "Liveness": record({"live": {"const": True}}),
    "Version": record({"service": {"const": "gateway"}, "version": TEXT}),
    "ProblemKind": record(
        {"type": PATH, "title": TEXT, "status": {"type": "integer"}, "meaning": TEXT}
    ),
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail", "trace_id", "request_id"],
        "properties": {
            "type": {"enum": [f"/problems/{slug}" for slug in PROBLEMS]},
            "title": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": TEXT,
            "trace_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "request_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "errors": {"type": "array", "items": record({"pointer": TEXT, "detail": TEXT})},
            "available": {"type": "array", "items": TEXT},
            "notice": TEXT,
            "away": TEXT,
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
    return {**SCHEMAS, **EVIDENCE, **HAPPENINGS, **embedded}


def _embedded(component: str, file: str) -> Fields:
    """Take a schema in: without its own address its references begin at the whole document."""
    text = signed_schema(file).decode().replace('"#/', f'"#/components/schemas/{component}/')
    schema: dict[str, Any] = json.loads(text)
    return {name: value for name, value in schema.items() if name not in ("$schema", "$id")}
