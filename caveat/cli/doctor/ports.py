"""The ports that the stack wants, and who else has them."""

import os
import sys
from collections.abc import Iterable, Mapping

from caveat.cli.doctor.diagnosis import Diagnosis, ill, sound
from caveat.cli.local import HIGHEST_BASE, Local
from caveat.cli.plan import BROKER, Plan, plan_of


def check(local: Local, running: frozenset[str]) -> Diagnosis:
    """Find ports of programs that are not up which something else listens on."""
    from caveat.cli.probing import taken

    plan = plan_of(local, os.environ, python=sys.executable)
    used = taken(wanted(plan, running))
    if not used:
        return sound("ports", f"from {local.base}: free, or ours")
    holders = holders_of(used)
    told = ", ".join(f"{port} by {_named(holders.get(port, 0))}" for port in used)
    return ill("ports", f"taken: {told}", _mend(local, used, holders))


def wanted(plan: Plan, running: frozenset[str]) -> list[int]:
    """List the ports of the programs that are not up."""
    ports = [port for one in plan.programs if one.name not in running for port in one.ports]
    if plan.broker_ports and BROKER not in running:
        ports += plan.broker_ports
    return sorted(ports)


def holders_of(ports: Iterable[int]) -> Mapping[int, int]:
    """Say which processes listen on these ports, as far as this user may see them."""
    import psutil

    asked = frozenset(ports)
    try:
        sockets = psutil.net_connections("tcp")
    except psutil.AccessDenied:  # of others' processes, on some systems
        return {}
    listening = (one for one in sockets if one.status == psutil.CONN_LISTEN and one.laddr)
    ports_of = ((tuple(one.laddr)[1], one.pid or 0) for one in listening)
    return {port: pid for port, pid in ports_of if port in asked}


def _named(pid: int) -> str:
    import psutil

    try:
        return f"{psutil.Process(pid).name()} (process {pid})" if pid else "a program of another"
    except psutil.Error:
        return f"process {pid}"


def _mend(local: Local, used: Iterable[int], holders: Mapping[int, int]) -> str:
    from caveat.cli.supervision import Supervision

    ours = frozenset(Supervision(local.home).leftovers().values())
    if ours and all(holders.get(port) in ours for port in used):
        return "caveat down"
    return f"export CAVEAT_PORT_BASE={free_base(local)}"


def free_base(local: Local) -> int:
    """Find the next base above this one from which nothing is taken."""
    from dataclasses import replace

    from caveat.cli.probing import taken

    base: int
    for base in (*range(local.base + 100, HIGHEST_BASE, 100), *range(7_700, local.base, 100)):
        plan = plan_of(replace(local, base=base), {}, python="")
        if not taken(wanted(plan, frozenset())):
            return base
    return local.base
