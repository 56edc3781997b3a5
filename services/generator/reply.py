"""The form of a model's reply, defined once: it is asked for by this schema and read by it. Pure.

The schema keeps to what every endpoint with structured output understands: objects without other
keys, all keys required, strings and arrays. Bounds are ours to hold, not the endpoint's.
"""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.generator.plan import NAMES

MOST_PASSAGES = 16
PASSAGE_IDS = tuple(f"p{number}" for number in range(1, MOST_PASSAGES + 1))

# The model is held to the closed set, and a reply that breaks it can still be read: the sentence
# is then one without a source, which the guard stops.
_PassageId = Annotated[str, Field(json_schema_extra={"enum": list(PASSAGE_IDS)})]
_Kind = Annotated[str, Field(json_schema_extra={"enum": list(NAMES)})]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Said(_Strict):
    """One sentence with the words of a passage that it rests on."""

    text: str
    passage: _PassageId
    quote: str


class SaidOn(_Strict):
    """The sentences of one section."""

    kind: _Kind
    sentences: tuple[Said, ...]

    @field_validator("kind")
    @classmethod
    def _is_known(cls, kind: str) -> str:
        if kind not in NAMES:
            raise ValueError("no section is of this kind")
        return kind


class Drafted(_Strict):
    """A whole page as a model writes it."""

    summary: tuple[Said, ...]
    sections: tuple[SaidOn, ...]


class SaidAgain(Said):
    """A sentence written again; `sentence` is the id under which it was given."""

    sentence: str


class Redrafted(_Strict):
    """The sentences that a model writes again."""

    sentences: tuple[SaidAgain, ...]


R = TypeVar("R", Drafted, Redrafted)

SCHEMA_OF: dict[type[BaseModel], dict[str, Any]] = {
    kind: kind.model_json_schema() for kind in (Drafted, Redrafted)
}


def read(kind: type[R], content: str) -> R | None:
    """Read a reply, or None when it is not of the form that was asked for."""
    try:
        return kind.model_validate_json(content)
    except ValueError:  # not JSON, not this form, or text that no encoding can carry
        return None
