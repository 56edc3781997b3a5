"""What a stack that ended badly has left behind: processes, pid files, a socket."""

from caveat.cli.doctor.diagnosis import Diagnosis, ill, sound
from caveat.cli.local import Local


def check(local: Local, running: frozenset[str]) -> Diagnosis:
    """Look for traces of a stack where none is up; `caveat down` removes them all."""
    from caveat.cli.programs import socket_of
    from caveat.cli.supervision import Supervision

    if running:
        return sound("leftovers", "the stack is up")
    if alive := Supervision(local.home).leftovers():
        told = ", ".join(f"{name} (process {pid})" for name, pid in alive.items())
        return ill("leftovers", f"still running without a supervisor: {told}", "caveat down")
    stale = [*sorted((local.home / "run").glob("*.pid")), socket_of(local.home)]
    if left := [path.name for path in stale if path.exists()]:
        return ill("leftovers", f"of programs that are gone: {', '.join(left)}", "caveat down")
    return sound("leftovers", "none")
