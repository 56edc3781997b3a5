"""Follow a question by the events that the gateway sends, and by asking where it sends none."""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from caveat.errors import MalformedEvent, UnknownRecord, UpstreamUnavailable

if TYPE_CHECKING:
    from caveat.cli.gateway import Gateway

ENDS = frozenset({"answer.completed", "answer.refused", "answer.insufficient", "answer.failed"})
"""The events after which nothing comes."""

STATUS = "question.status"
"""What an answer to asking counts as, where there are no events."""

_PAUSE = 1.0  # seconds before a stream that broke is opened again


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


def watch(gateway: "Gateway", question_id: str, seconds: float) -> Iterator[Event]:
    """Yield what happens until the answer is there, each event once.

    A stream that breaks is taken up where it ended; a gateway without streams is asked instead.
    Raises UpstreamUnavailable when the time is over.
    """
    deadline, seq = time.monotonic() + seconds, ""
    while (left := deadline - time.monotonic()) > 0:
        try:
            for event in _one_stream(gateway, question_id, seq, left):
                seq = event.seq or seq
                yield event
                if event.is_last:
                    return
        except UnknownRecord:  # the question is known, so it is the road that is not
            yield from _asked(gateway, question_id, deadline)
            return
        except UpstreamUnavailable:
            if time.monotonic() + _PAUSE > deadline:
                raise
        time.sleep(_PAUSE)
    raise UpstreamUnavailable("the answer", f"later: caveat show {question_id}")


def _one_stream(gateway: "Gateway", question_id: str, seq: str, seconds: float) -> Iterator[Event]:
    """Yield events until the server ends its stream, which it does when nothing is to be told."""
    yield from gateway.events(question_id, after=seq, seconds=seconds)
    standing = Event(STATUS, told=gateway.question(question_id))
    if standing.is_last:
        yield standing


def _asked(gateway: "Gateway", question_id: str, deadline: float) -> Iterator[Event]:
    from caveat.cli.gateway import follow, pauses

    seen = ""
    for standing in follow(gateway, question_id, pauses(deadline - time.monotonic())):
        if (status := str(standing.get("status"))) != seen:
            seen = status
            yield Event(STATUS, told=standing)
