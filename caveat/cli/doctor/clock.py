"""Whether the clocks agree: of this machine, of the services, and of whoever writes to Kafka."""

import http.client
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from caveat.cli.doctor.diagnosis import Diagnosis, guarded, ill, sound
from caveat.cli.local import Local

_ALLOWED = 5  # seconds; times in HTTP are whole seconds
_TIMEOUT = 2.0
_MEND = "set the clock of the machine that is wrong: timedatectl set-ntp true"


def checks(local: Local, running: frozenset[str]) -> Iterator[Diagnosis]:
    """Compare with everyone who can be asked for the time."""
    from caveat.cli.plan import bootstrap_of
    from caveat.cli.probing import answers

    skews = {name: skew for name, at in _asked(local, running) if (skew := skew_of(at)) is not None}
    if skews:
        yield compared(skews)
    if answers(bootstrap_of(local)):
        yield guarded("record times", _MEND, lambda: _records(local))


def _asked(local: Local, running: frozenset[str]) -> Iterator[tuple[str, str]]:
    from caveat.cli.plan import HOST, plan_of

    yield "the gateway", f"{local.gateway}/livez"
    plan = plan_of(local, os.environ, python=sys.executable)
    for program in plan.services:
        if program.name in running:
            yield program.name, f"http://{HOST}:{program.probe_port}/livez"


def skew_of(url: str) -> float | None:
    """Say how many seconds a server's clock is ahead of ours; None when it does not tell."""
    at = urlsplit(url)
    kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
    try:
        connection = kind(at.hostname or "", at.port, timeout=_TIMEOUT)
        try:
            connection.request("GET", at.path)
            told = connection.getresponse().getheader("Date", "")
        finally:
            connection.close()
        return (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()
    except (OSError, http.client.HTTPException, ValueError, TypeError):
        return None  # away, which is another check's; or it tells no time


def compared(skews: Mapping[str, float]) -> Diagnosis:
    """Judge how far apart the clocks are."""
    wrong = {name: skew for name, skew in skews.items() if abs(skew) > _ALLOWED}
    if not wrong:
        return sound("clocks", f"{len(skews)} services agree with this machine")
    told = ", ".join(
        f"{name} is {abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}"
        for name, skew in wrong.items()
    )
    return ill("clocks", told, _MEND)


def _records(local: Local) -> Diagnosis:
    """Ask the broker for records whose times have not come yet."""
    from caveat.cli.access import options
    from caveat.cli.topics import newer_than

    late = newer_than(options(local), datetime.now(UTC).timestamp() + _ALLOWED)
    if not late:
        return sound("record times", "no record on Kafka is from the future")
    return ill("record times", f"records from the future are in {', '.join(late)}", _MEND)
