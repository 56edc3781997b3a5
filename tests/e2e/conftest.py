"""A whole stack for the end-to-end tests: real Kafka, seven services, a folder of its own."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from caveat.cli.local import Local, local_of
from caveat.cli.plan import Plan, plan_of
from caveat.cli.probing import taken
from caveat.cli.stack import down


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack, and the command line that knows where it is."""

    local: Local
    plan: Plan
    environment: dict[str, str]

    @property
    def url(self) -> str:
        return self.plan.url

    @property
    def home(self) -> Path:
        return self.local.home

    def caveat(self, *arguments: str, typed: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run `caveat` as a person would, but not on a terminal."""
        return subprocess.run(
            [sys.executable, "-c", "from caveat.cli.main import main; main()", *arguments],
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )


BringUp = Callable[[Path], Stack]


def free_base() -> int:
    """Find a port base that nothing uses, below the ports that the system hands out itself."""
    for base in random.sample(range(22_000, 32_000, 100), 100):
        plan = plan_of(local_of({"CAVEAT_PORT_BASE": str(base)}), {}, python="python")
        ports = [port for program in plan.programs for port in program.ports]
        if not taken([*ports, *(plan.broker_ports or ())]):
            return base
    pytest.fail("no free port base was found")


def _bring_up(home: Path) -> Stack:
    """Run `caveat up`; what it complains of is what the test fails with."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("CAVEAT_")}
    environment = bare | {"CAVEAT_HOME": str(home), "CAVEAT_PORT_BASE": str(free_base())}
    local = local_of(environment)
    stack = Stack(local, plan_of(local, environment, python=sys.executable), environment)
    arrival = stack.caveat("up", "--json")
    assert arrival.returncode == 0, arrival.stderr
    assert json.loads(arrival.stdout)["url"] == stack.url
    return stack


@pytest.fixture(scope="session")
def bring_up() -> Iterator[BringUp]:
    """Bring up further stacks; whatever a test leaves is taken down in the end."""
    homes: list[Path] = []

    def begin(home: Path) -> Stack:
        homes.append(home)
        return _bring_up(home)

    yield begin
    for home in homes:
        down(local_of({"CAVEAT_HOME": str(home)}))


@pytest.fixture(scope="session")
def stack(bring_up: BringUp, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """One stack for all tests that only ask and look."""
    return bring_up(tmp_path_factory.mktemp("stack"))
