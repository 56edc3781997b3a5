"""Published JSON Schemas, as the guard enforces them."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

ANSWER = "answer-1"
DECISION = "decision-1"


def schema_of(name: str) -> dict[str, Any]:
    """Read a schema of this package."""
    path = files("caveat").joinpath("schemas", f"{name}.schema.json")
    return dict(json.loads(path.read_text(encoding="utf-8")))


@cache
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema_of(name))


def misfit(name: str, document: Mapping[str, Any]) -> str:
    """Say where a document does not fit a schema, and never what stands there; empty when it fits.

    The place and the broken rule are safe to log: both are of the schema, but for ids.
    """
    validator = _validator(name)
    if validator.is_valid(document):
        return ""
    first = next(iter(validator.iter_errors(document)))
    place = "/".join(map(str, first.instance_path))
    return f"/{place} breaks {type(first.kind).__name__.removeprefix('ValidationErrorKind_')}"
