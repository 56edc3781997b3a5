import os
import socket
from pathlib import Path

import psutil

from caveat.cli.doctor import ports
from caveat.cli.local import Local, local_of
from caveat.cli.probing import taken


def a_local(home: Path, base: int) -> Local:
    return local_of({"CAVEAT_HOME": str(home), "CAVEAT_PORT_BASE": str(base)})


def test_names_the_program_that_has_a_port_and_a_base_that_is_free(tmp_path: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        base = port if port <= 64_000 else port - 92  # the gateway's port, or Kafka's

        looked = ports.check(a_local(tmp_path, base), frozenset())

        name = psutil.Process().name()
        assert not looked.ok
        assert f"{port} by {name} (process {os.getpid()})" in looked.found
        export, _, free = looked.mend.partition("=")
        assert export == "export CAVEAT_PORT_BASE"
        assert ports.check(a_local(tmp_path, int(free)), frozenset()).ok


def test_ports_of_programs_that_are_up_are_theirs(tmp_path: Path):
    local = a_local(tmp_path, 22_000)
    from caveat.cli.plan import plan_of

    plan = plan_of(local, {}, python="python")

    everything = frozenset(("kafka", *(program.name for program in plan.programs)))
    assert ports.wanted(plan, everything) == []
    assert ports.wanted(plan, everything - {"kafka"}) == [22_092, 22_093]


def test_the_next_base_is_free(tmp_path: Path):
    base = ports.free_base(a_local(tmp_path, 23_000))

    assert base != 23_000
    assert taken([base, base + 92]) == []
