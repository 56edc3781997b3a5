"""What the HTTP interface says of itself: OpenAPI 3.1, made from the calls that are served."""

from importlib import metadata
from typing import Any

from services.gateway.contract import schemas
from services.gateway.contract.operations import HEADERS, with_path
from services.gateway.http.calls import CALLS

_ABOUT = (
    "Ask a question, follow it, and read an answer whose every clinical sentence is cited, that a"
    " guard has checked against a written policy, and that is signed. It is general information"
    " and never advice about one person. Problems are RFC 9457 problem details. Whoever holds the"
    " id of a question or an answer may read it."
)
_TAGS = {
    "questions": "Ask, and follow what becomes of it.",
    "answers": "Signed answers in several presentations.",
    "evidence": "What answers rest on.",
    "proofs": "Verify without trusting this server.",
    "house": "The service itself.",
}


def document() -> dict[str, Any]:
    """Make the OpenAPI document. Starts nothing and asks nobody."""
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        paths.setdefault(call.path, {})[call.method.lower()] = with_path(call)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Caveat",
            "version": metadata.version("caveat"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": paths,
        "components": {"schemas": schemas.components(), "headers": dict(HEADERS)},
    }
