import os
import pty
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from caveat import errors
from caveat.cli import config, console, main
from caveat.cli.local import local_of


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from caveat.cli.main import main; main()", *arguments],
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.VerificationFailed("x"), 5),
        (errors.DependencyMissing("x"), 69),
        (errors.CorpusUnreadable("x"), 69),
        (errors.UpstreamUnavailable("x"), 69),
        (errors.InvalidQuestion("x"), 2),
        (errors.UnknownRecord("x"), 1),
        (errors.MalformedEvent("x"), 1),
    ],
)
def test_every_error_has_its_exit_status(error: errors.CaveatError, status: int):
    assert main.exit_status_of(error) == status


def test_prints_its_version():
    ran = run("--version")

    assert ran.returncode == 0
    assert ran.stdout.startswith("caveat 0.")


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate",),
        ("ask",),
        ("up", "--replicas", "guard"),
        ("up", "--replicas", "oracle=2"),
        ("up", "--replicas", "auditor=2"),
    ],
)
def test_wrong_usage_is_exit_2(arguments: tuple[str, ...], tmp_path: Path):
    assert run(*arguments, CAVEAT_HOME=str(tmp_path)).returncode == 2


def test_a_stack_that_is_down_is_one_line_and_exit_69(tmp_path: Path):
    ran = run("status", CAVEAT_HOME=str(tmp_path))

    assert ran.returncode == 69
    assert ran.stderr == "caveat: the stack is unavailable: caveat up starts it\n"


def test_a_taken_port_is_one_line_that_says_what_to_set(tmp_path: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        base = port if port <= 64_000 else port - 92  # the gateway's port, or Kafka's
        ran = run("up", CAVEAT_HOME=str(tmp_path), CAVEAT_PORT_BASE=str(base))

    assert ran.returncode == 69
    assert ran.stderr == f"caveat: port {port} is taken (set CAVEAT_PORT_BASE)\n"
    assert not (tmp_path / "run" / "supervisord.pid").exists()


def test_down_where_nothing_runs_is_no_error(tmp_path: Path):
    ran = run("down", CAVEAT_HOME=str(tmp_path))

    assert ran.returncode == 0
    assert "Nothing was running" in ran.stderr


def test_quiet_can_stand_before_the_command_too(tmp_path: Path):
    for arguments in (("--quiet", "down"), ("down", "--quiet"), ("-q", "down")):
        assert run(*arguments, CAVEAT_HOME=str(tmp_path)).stderr == ""


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """Run the command line on a pseudo-terminal, and return what it shows."""
    leader, follower = pty.openpty()
    shown = b""
    with subprocess.Popen(
        [sys.executable, "-c", "from caveat.cli.main import main; main()", *arguments],
        env={"PATH": "/usr/bin:/bin", "TERM": "xterm-256color", **environment},
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
    ) as ran:
        os.close(follower)
        with open(leader, "rb", buffering=0) as terminal:
            try:
                while part := terminal.read(4096):
                    shown += part
            except OSError:  # how a terminal ends
                pass
    assert ran.returncode in (0, 1)
    return shown.decode()


_COLOUR = re.compile(r"\x1b\[[0-9;]*(3[0-7]|9[0-7]|38;|4[0-7])[0-9;]*m")


@pytest.mark.parametrize("arguments", [("doctor",), ("ask", "--help")])
def test_no_color_takes_the_colours_away(arguments: tuple[str, ...], tmp_path: Path):
    away = {"CAVEAT_HOME": str(tmp_path), "CAVEAT_KAFKA_BOOTSTRAP": "127.0.0.1:1"}

    assert _COLOUR.search(on_a_terminal(*arguments, **away))
    assert not _COLOUR.search(on_a_terminal(*arguments, NO_COLOR="1", **away))


def test_an_unforeseen_fault_is_one_line_too(monkeypatch: pytest.MonkeyPatch, capsys: Any):
    def crash(**_: str) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(main, "app", crash)
    monkeypatch.delenv("CAVEAT_DEBUG", raising=False)

    with pytest.raises(SystemExit) as left:
        main.main()

    assert left.value.code == main.FAULT
    assert capsys.readouterr().err.count("\n") == 1


def test_keeps_letters_of_all_languages_and_drops_what_steers_a_terminal():
    assert console.plain("naïve\tñandú\u00a0中\n") == "naïve\tñandú\u00a0中\n"
    assert console.plain("\x1b[31mred\x07\x9b") == "[31mred"


def test_config_says_where_each_setting_comes_from(tmp_path: Path):
    environment = {"CAVEAT_HOME": str(tmp_path), "CAVEAT_GUARD_WINDOW": "8"}

    found = {s.variable: s for s in config.settings(local_of(environment), environment)}

    assert found["CAVEAT_HOME"].origin == "environment"
    assert found["CAVEAT_PORT_BASE"].origin == "default"
    assert found["CAVEAT_GUARD_WINDOW"].value == "8"
    assert found["CAVEAT_GUARD_WINDOW"].origin == "environment"
    assert found["CAVEAT_GUARD_RETRIEVER"].origin == "stack"
    assert found["CAVEAT_ROUTER_WINDOW"].origin == "default"
    assert all(s.description for s in found.values())
