"""The events that the gateway sends of a question, read from their lines. Pure."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from caveat.errors import MalformedEvent

ENDS = frozenset({"answer.completed", "answer.refused", "answer.insufficient", "answer.failed"})
"""The events after which nothing comes."""

STATUS = "question.status"
"""What an answer to asking counts as, where there are no events."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `seq` says after which one to go on."""

    name: str
    seq: str = ""
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def is_last(self) -> bool:
        """Whether nothing follows."""
        return self.name in ENDS or (self.name == STATUS and self.told.get("status") == "done")

    @property
    def answer_id(self) -> str:
        """The id of the answer, once it is over."""
        answer = self.told.get("answer")
        if isinstance(answer, dict):
            return str(answer.get("id", ""))
        links = self.told.get("links")
        href = links.get("answer") if isinstance(links, dict) else ""
        return urlsplit(str(href or "")).path.rstrip("/").rpartition("/")[2]


def events_of(lines: Iterable[str]) -> Iterator[Event]:
    """Read server-sent events. Comments and what is not finished by an empty line are dropped.

    Raises MalformedEvent for what is no JSON object.
    """
    name, seq, data = "", "", list[str]()
    for line in lines:
        if not line:
            if data:
                yield Event(name or "message", seq, _read("\n".join(data)))
            name, data = "", []
            continue
        key, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if key == "event":
            name = value
        elif key == "id":
            seq = value
        elif key == "data":
            data.append(value)


def _read(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError as error:
        raise MalformedEvent("the gateway sent an event that is not JSON") from error
    if not isinstance(told, dict):
        raise MalformedEvent("the gateway sent an event that is no JSON object")
    return told
