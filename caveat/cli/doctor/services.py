"""Whether the programs of the stack are up and ready."""

from caveat.cli.doctor.diagnosis import Diagnosis, ill, sound
from caveat.cli.local import Local
from caveat.errors import UpstreamUnavailable


def names(local: Local) -> frozenset[str]:
    """Name the programs that the supervisor keeps; none where it does not answer."""
    from caveat.cli.supervision import Supervision

    try:
        return frozenset(state.name for state in Supervision(local.home).states())
    except UpstreamUnavailable:
        return frozenset()  # the stack is down, which `check` says


def check(local: Local, running: frozenset[str]) -> Diagnosis:
    """Say which programs are not ready, and what each of them waits for."""
    from caveat.cli import stack

    if not running:
        return ill("services", "the stack is down", "caveat up")
    waiting = [row for row in stack.status(local) if not row.ready]
    if not waiting:
        return sound("services", f"all {len(running)} are ready")
    told = ", ".join(f"{row.program} ({', '.join(row.obstacles)})" for row in waiting)
    return ill("services", f"not ready: {told}", f"caveat logs {waiting[0].program} -n 50")
