"""Look at ports and probes on this machine."""

import http.client
import json
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from caveat.cli.plan import HOST, Program

_TIMEOUT = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a service says of itself; `obstacles` is empty when it is ready."""

    ready: bool
    obstacles: tuple[str, ...]


def readiness(port: int) -> Readiness:
    """Ask /readyz; a service that does not answer has that as its obstacle."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_TIMEOUT)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        told = json.loads(answer.read())
        return Readiness(answer.status == 200, tuple(map(str, told.get("obstacles", ()))))
    except (OSError, http.client.HTTPException, ValueError, AttributeError):
        return Readiness(ready=False, obstacles=("does not answer",))
    finally:
        connection.close()


def readiness_of(programs: Iterable[Program]) -> dict[str, Readiness]:
    """Ask all services at once."""
    asked = tuple(programs)
    with ThreadPoolExecutor(max_workers=8) as pool:
        told = pool.map(lambda program: readiness(program.probe_port), asked)
    return {program.name: state for program, state in zip(asked, told, strict=True)}


def taken(ports: Iterable[int]) -> list[int]:
    """List the ports that something else listens on."""
    return [port for port in ports if not _is_free(port)]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # What the servers do too: a port in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(address: str) -> bool:
    """Tell whether anything accepts connections at host:port."""
    host, _, port = address.split(",")[0].rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=_TIMEOUT):
            return True
    except (OSError, ValueError):
        return False
