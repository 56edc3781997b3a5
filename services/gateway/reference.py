"""Write the page that /docs shows from the OpenAPI document, without script or style."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_FOLDER = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class _Operation:
    method: str
    path: str
    told: Mapping[str, Any]


def page(document: Mapping[str, Any]) -> bytes:
    """Write the page; everything in it is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = _kind
    environment.filters["pretty"] = lambda value: json.dumps(value, indent=2, ensure_ascii=False)
    operations = tuple(_operations(document))
    template = environment.get_template("reference.html.j2")
    return template.render(told=document, operations=operations).encode()


def _operations(document: Mapping[str, Any]) -> Iterator[_Operation]:
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            yield _Operation(method.upper(), path, told)


def _kind(schema: Mapping[str, Any]) -> str:
    """Name a schema in a word or two."""
    if reference := schema.get("$ref"):
        return str(reference).rsplit("/", 1)[1]
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"][:8]))
    found = schema.get("type", "see the schema")
    return " or ".join(found) if isinstance(found, list) else str(found)
