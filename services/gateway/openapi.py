"""What the HTTP interface says of itself in /openapi.json, beside what FastAPI finds out."""

from typing import Any

from services.gateway import core

JSON = "application/json"

ASK: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["text"],
                    "properties": {
                        "text": {
                            "type": "string",
                            "minLength": core.SHORTEST,
                            "maxLength": core.LONGEST,
                        },
                        "lang": {
                            "enum": [*sorted(core.LANGUAGES), None],
                            "description": "answered: " + ", ".join(sorted(core.ANSWERED)),
                        },
                        "region": {"type": ["string", "null"], "pattern": "^[A-Z]{2}$"},
                        "audience": {"enum": sorted(core.AUDIENCES)},
                    },
                }
            }
        },
    },
    "parameters": [
        {"in": "header", "name": "Idempotency-Key", "schema": {"type": "string"}},
        {"in": "header", "name": "Prefer", "schema": {"type": "string"}},
    ],
}
READ: dict[str, Any] = {
    "parameters": [
        {"in": "query", "name": "version", "schema": {"type": "integer", "minimum": 1}},
        {"in": "query", "name": "format", "schema": {"enum": list(core.FORMATS)}},
    ]
}
