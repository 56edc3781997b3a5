import os
import signal
import subprocess
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from caveat.cli.logs import ends_of, followed, log_files, merged
from caveat.cli.plan import Program
from caveat.cli.supervision import Supervision, await_true
from caveat.errors import UnknownRecord, UpstreamUnavailable

SLEEPER = ("sleep", "600")


def a_program(name: str, home: Path, *command: str) -> Program:
    return Program(name, command or SLEEPER, {"CAVEAT_HOME": str(home)}, ())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    return tmp_path


@pytest.fixture
def supervised(home: Path) -> Iterator[Supervision]:
    """A real supervisord with two programs that sleep."""
    supervision = Supervision(home)
    supervision.write(home, [a_program("one", home), a_program("two", home)])
    supervision.start()
    yield supervision
    supervision.shut_down()
    supervision.sweep()


def pid_of(home: Path, name: str) -> int:
    path = home / "run" / f"{name}.pid"
    assert await_true(lambda: path.exists() and path.read_text().strip() != "", 5)
    return int(path.read_text())


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").exists() and ") Z " in Path(f"/proc/{pid}/stat").read_text()


def test_a_program_runs_when_it_is_launched_and_a_second_launch_is_none(
    supervised: Supervision, home: Path
):
    assert supervised.launch("one")
    assert not supervised.launch("one")

    states = {state.name: state for state in supervised.states()}
    assert states["one"].pid == pid_of(home, "one")
    assert states["two"].pid == 0


def test_a_killed_program_is_back_within_seconds(supervised: Supervision, home: Path):
    supervised.launch("one")
    before = pid_of(home, "one")

    os.kill(before, signal.SIGKILL)

    assert await_true(lambda: pid_of(home, "one") != before, 5)


def test_converging_restarts_what_changed_and_leaves_the_rest(supervised: Supervision, home: Path):
    for name in ("one", "two"):
        supervised.launch(name)
    one, two = pid_of(home, "one"), pid_of(home, "two")
    assert supervised.converge() == []

    supervised.write(home, [a_program("one", home), a_program("three", home)])
    assert sorted(supervised.converge()) == ["three", "two"]

    assert {state.name for state in supervised.states()} == {"one", "three"}
    assert pid_of(home, "one") == one
    assert is_gone(two)


def test_shutting_down_ends_everything(supervised: Supervision, home: Path):
    supervised.launch("one")
    pids = [pid_of(home, "one"), pid_of(home, "supervisord")]

    supervised.shut_down()

    assert await_true(lambda: all(map(is_gone, pids)), 1)
    assert not supervised.running()
    with pytest.raises(UpstreamUnavailable):
        supervised.states()


def test_sweeps_what_a_killed_supervisor_left(supervised: Supervision, home: Path):
    supervised.launch("one")
    orphan = pid_of(home, "one")
    os.kill(pid_of(home, "supervisord"), signal.SIGKILL)
    assert await_true(lambda: not supervised.running(), 5)

    assert supervised.sweep() == ["one"]

    assert await_true(lambda: is_gone(orphan), 5)
    assert list((home / "run").glob("*.pid")) == []
    assert not (home / "run" / "supervisor.sock").exists()


def test_ends_nothing_that_took_over_a_stale_pid(home: Path):
    stranger = subprocess.Popen(
        SLEEPER, env={"CAVEAT_HOME": "/another", "PATH": os.environ["PATH"]}
    )
    try:
        (home / "run" / "router.pid").write_text(str(stranger.pid))

        assert Supervision(home).sweep() == []

        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_survives_pid_files_that_hold_nonsense(home: Path):
    for name, text in (("router", ""), ("guard", "x"), ("auditor", "99999999")):
        (home / "run" / f"{name}.pid").write_text(text)

    assert Supervision(home).leftovers() == {}


# --- logs ---


def a_log(folder: Path, name: str, *lines: str) -> Path:
    path = folder / f"{name}.log"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_merges_logs_by_time_and_keeps_a_traceback_with_its_line(tmp_path: Path):
    guard = a_log(
        tmp_path,
        "guard",
        "2026-11-22T10:00:01.000+00:00 error guard a handler crashed",
        "Traceback (most recent call last):",
        "2026-11-22T10:00:03.000+00:00 info guard ready",
    )
    router = a_log(tmp_path, "router", "2026-11-22T10:00:02.000+00:00 info router ready")

    names = [line.name for line in merged(ends_of([guard, router]), 10)]

    assert names == ["guard", "guard", "router", "guard"]


def test_takes_only_the_last_lines_of_each(tmp_path: Path):
    log = a_log(tmp_path, "guard", "one", "two", "three")

    assert [line.text for line in merged(ends_of([log]), 2)] == ["two", "three"]


def test_follows_what_is_written_whole_and_what_was_rotated(tmp_path: Path):
    log = a_log(tmp_path, "guard", "old", "older")
    lines = followed(ends_of([log]))
    with log.open("a") as file:
        file.write("new\nhalf")

    started = time.monotonic()
    assert next(lines).text == "new"
    with log.open("a") as file:
        file.write(" and half\n")
    assert next(lines).text == "half and half"
    log.write_text("fresh\n")
    assert [line.text for line in islice(lines, 1)] == ["fresh"]
    assert time.monotonic() - started < 10


def test_names_the_program_that_has_no_log(tmp_path: Path):
    a_log(tmp_path, "guard")

    assert [path.stem for path in log_files(tmp_path, ())] == ["guard"]
    with pytest.raises(UnknownRecord, match="oracle"):
        log_files(tmp_path, ("oracle",))
    with pytest.raises(UnknownRecord, match="no logs"):
        log_files(tmp_path / "empty", ())
