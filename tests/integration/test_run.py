"""A process that cannot begin says why on one line and exits with 69."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from caveat.cli.broker import ROOT
from tests.integration.broker import a_free_port

NOBODY = "127.0.0.1:1"


@pytest.fixture
def taken() -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield str(listening.getsockname()[1])


async def started(home: Path, **changes: str | None) -> tuple[int, str]:
    """Start a worker that cannot begin; return its exit code and its last line."""
    settings = {
        "CAVEAT_KAFKA_BOOTSTRAP": NOBODY,
        "CAVEAT_HOME": str(home),
        "CAVEAT_WORKER_GRPC_PORT": str(a_free_port()),
        "CAVEAT_WORKER_PROBE_PORT": str(a_free_port()),
        **changes,
    }
    others = {name: value for name, value in os.environ.items() if "CAVEAT_" not in name}
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "tests.integration.worker", "scribe"],
        env=others | {name: value for name, value in settings.items() if value is not None},
        cwd=ROOT, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    return done.returncode, done.stderr.splitlines()[-1]


@pytest.mark.parametrize("which", ["grpc", "probe"])
async def test_a_port_that_is_taken(tmp_path: Path, taken: str, which: str) -> None:
    code, said = await started(tmp_path, **{f"CAVEAT_WORKER_{which.upper()}_PORT": taken})

    assert code == 69
    assert said.startswith("scribe cannot start: ")
    assert f"127.0.0.1:{taken} is taken" in said


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("CAVEAT_WORKER_GRPC_PORT", None, "CAVEAT_WORKER_GRPC_PORT: Field required"),
        ("CAVEAT_WORKER_WINDOWS", "3", "unknown setting: CAVEAT_WORKER_WINDOWS"),
        ("CAVEAT_INSTANCE", "a b", "CAVEAT_INSTANCE: "),
        ("CAVEAT_HOME", "/dev/null/caveat", "the folder /dev/null/caveat cannot be made"),
    ],
)
async def test_a_setting_at_fault(tmp_path: Path, name: str, value: str | None, fault: str) -> None:
    code, said = await started(tmp_path, **{name: value})

    assert code == 69
    assert said.startswith("scribe cannot start: ")
    assert fault in said


async def test_a_folder_of_spans_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "spans").write_text("in the way")

    code, said = await started(tmp_path)

    assert code == 69
    assert f"the folder {tmp_path}/spans cannot be made" in said
