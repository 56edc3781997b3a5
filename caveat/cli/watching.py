"""Follow a question by the events that the gateway sends, and by asking where it sends none."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from caveat.cli.events import STATUS, Event
from caveat.errors import UnknownRecord, UpstreamUnavailable

if TYPE_CHECKING:
    from caveat.cli.gateway import Gateway

_PAUSE = 1.0  # seconds before a stream that broke is opened again


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
