"""Write the operations of OpenAPI 3.1, one for each call. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from caveat.terms import LONGEST_TERM
from services.gateway.problems import (
    INTERNAL,
    MEDIA_TYPE,
    OVERLOADED,
    RATE_LIMITED,
    UNVERIFIED,
    Problem,
)

JSON = "application/json"

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the interface: how it is reached, which method serves it, what is told of it."""

    method: str
    path: str
    endpoint: str
    told: Fields


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that is no problem: its bodies by media type, and the headers it always has."""

    meaning: str
    bodies: Mapping[str, Any] = field(default_factory=dict)
    headers: tuple[str, ...] = ()


def ref(name: str) -> Fields:
    """Refer to a schema among the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def json_reply(name: str, meaning: str, *headers: str) -> Reply:
    """Reply with JSON of a schema among the components."""
    return Reply(meaning, {JSON: ref(name)}, headers)


NOT_MODIFIED = Reply("What the client holds is fresh (If-None-Match).", {}, ("ETag",))


def operation(
    summary: str,
    *,
    tag: str,
    replies: Mapping[int, Reply],
    description: str = "",
    parameters: Iterable[Fields] = (),
    body: Fields | None = None,
    problems: Iterable[Problem] = (),
    errs: bool = True,
) -> Fields:
    """Write an operation. `errs` says that it needs others, which may be away or wrong."""
    needed = (INTERNAL, UNVERIFIED, OVERLOADED) if errs else (INTERNAL,)
    told: dict[str, Any] = {"tags": [tag], "summary": summary}
    if description:
        told["description"] = description
    if found := list(parameters):
        told["parameters"] = found
    if body is not None:
        told["requestBody"] = body
    told["responses"] = {
        **{str(status): _reply(reply) for status, reply in replies.items()},
        **_problems((*problems, RATE_LIMITED, *needed)),
    }
    return told


def body_of(name: str, **examples: Any) -> Fields:
    """Write a required JSON body of a schema among the components."""
    shown = {key.replace("_", "-"): {"value": value} for key, value in examples.items()}
    return {"required": True, "content": {JSON: {"schema": ref(name), "examples": shown}}}


def parameter(place: str, name: str, schema: Fields, description: str) -> Fields:
    """Write a parameter that may be left out, unless it is a part of the path."""
    told = {"in": place, "name": name, "schema": schema, "description": description}
    return told | {"required": True} if place == "path" else told


def with_path(call: Call) -> Fields:
    """Complete an operation with the name it is called by and the parameters of its path."""
    named = re.findall(r"{(\w+)}", call.path)
    in_path = [parameter("path", name, *IN_PATH[name]) for name in named]
    parameters = [*in_path, *call.told.get("parameters", ())]
    told = dict(call.told) | {"operationId": call.endpoint}
    return told | {"parameters": parameters} if parameters else told


def _reply(reply: Reply) -> Fields:
    told: dict[str, Any] = {"description": reply.meaning}
    if reply.headers:
        told["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in reply.headers}
    if reply.bodies:
        told["content"] = {kind: {"schema": schema} for kind, schema in reply.bodies.items()}
    return told


def _problems(problems: Iterable[Problem]) -> Mapping[str, Fields]:
    by_status: dict[int, list[str]] = {}
    for problem in problems:
        by_status.setdefault(problem.status, []).append(problem.slug)
    return {
        str(status): {
            "description": "A problem: " + ", ".join(dict.fromkeys(slugs)) + ".",
            "content": {MEDIA_TYPE: {"schema": ref("Problem")}},
        }
        for status, slugs in sorted(by_status.items())
    }


UUID7 = "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"

IN_PATH: Mapping[str, tuple[Fields, str]] = {
    "question_id": ({"type": "string", "pattern": UUID7}, "The id of a question, a UUIDv7."),
    "name": (
        {"type": "string", "pattern": f"{UUID7}|^ans_[0-9a-z]{{26}}$"},
        "The id of an answer, or of the question that it answers.",
    ),
    "passage_id": ({"type": "string", "pattern": "^psg_[a-z2-7]{26}$"}, "The id of a passage."),
    "source_id": ({"type": "string", "pattern": "^src_[a-z2-7]{26}$"}, "The id of a source."),
    "term": (
        {"type": "string", "minLength": 1, "maxLength": LONGEST_TERM, "examples": ["CAR-T"]},
        "A word in any of its spellings; capitals do not matter.",
    ),
    "decision_id": ({"type": "string", "pattern": "^dec_[1-9][0-9]{0,15}$"}, "A decision's id."),
    "size": (
        {"type": "string", "pattern": "^(latest|[1-9][0-9]{0,15})$"},
        "The size of a checkpoint in leaves, or `latest`.",
    ),
    "slug": ({"type": "string", "pattern": "^[a-z-]{1,60}$"}, "The name of a kind of problem."),
    "schema": ({"enum": ["answer-1", "decision-1"]}, "The name of a schema."),
}

IF_NONE_MATCH = parameter(
    "header", "If-None-Match", {"type": "string"}, "Entity tags that the client holds."
)
VERSION = parameter(
    "query",
    "version",
    {"type": "integer", "minimum": 1, "maximum": 9_999_999},
    "Which version of the answer; the newest unless told.",
)

HEADERS: Mapping[str, Fields] = {
    "Location": {"required": True, "schema": {"type": "string"}},
    "Content-Location": {"required": True, "schema": {"type": "string"}},
    "Retry-After": {
        "required": True,
        "description": "Seconds until it is worth asking again.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "ETag": {"required": True, "schema": {"type": "string"}},
}
