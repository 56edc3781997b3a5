from collections import namedtuple
from pathlib import Path

import pytest

from caveat.cli.doctor import machine
from caveat.cli.local import local_of
from tests.unit.caveat.doctor.mending import a_local, diagnosed


def a_program(folder: Path, script: str) -> str:
    path = folder / "java"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("version", "ok"), [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)]
)
def test_holds_python_to_what_the_libraries_support(version: tuple[int, int], ok: bool):
    assert machine.python(version).ok is ok


@pytest.mark.parametrize(
    ("script", "ok", "found"),
    [
        ("""echo 'openjdk version "17.0.9" 2023-10-17' >&2""", True, "17"),
        ("""echo 'java version "1.8.0_392"' >&2""", False, "is 1; Kafka needs 17 or newer"),
        ("""echo 'openjdk version "11.0.2"' >&2""", False, "is 11; Kafka needs 17 or newer"),
        ("exit 3", False, "does not run"),
        ("echo nothing", False, "of unknown version"),
    ],
)
def test_runs_java_and_reads_its_version(tmp_path: Path, script: str, ok: bool, found: str):
    looked = machine.java(a_program(tmp_path, script))

    assert looked.ok is ok
    assert found in looked.found
    assert ok or looked.mend == "apt-get install default-jre-headless"


def test_finds_that_java_and_maven_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    own = local_of({"CAVEAT_HOME": str(tmp_path), "CAVEAT_PORT_BASE": "21900"})

    found = {one.check: one for one in machine.checks(own, frozenset())}

    assert (found["java"].ok, found["java"].found) == (False, "missing")
    assert (found["maven"].ok, found["maven"].mend) == (False, "apt-get install maven")


def test_does_not_ask_for_java_when_the_broker_is_somebody_elses(tmp_path: Path):
    assert "java" not in diagnosed(a_local(tmp_path))


def test_finds_too_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert machine.memory(needed=0).ok
    assert not machine.memory(needed=1 << 60).ok

    limit = tmp_path / "memory.max"
    monkeypatch.setattr(machine, "_LIMIT", limit)
    limit.write_text("max\n")
    assert machine.memory(needed=0).ok
    limit.write_text(f"{512 << 20}\n")
    looked = machine.memory(needed=0)
    assert (looked.ok, looked.mend) == (False, "give the container 2 GiB")


Statvfs = namedtuple("Statvfs", "f_bavail f_frsize f_files f_favail")


@pytest.mark.parametrize(
    ("told", "ok", "found"),
    [
        (Statvfs(1 << 20, 4096, 1 << 20, 1 << 20), True, "4.0 GiB free"),
        (Statvfs(1 << 10, 4096, 1 << 20, 1 << 20), False, "0.0 GiB free"),
        (Statvfs(1 << 20, 4096, 1 << 20, 99), False, "room for 99 more files"),
        (Statvfs(1 << 20, 4096, 0, 0), True, "4.0 GiB free"),
    ],
)
def test_finds_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: Statvfs, ok: bool, found: str
):
    monkeypatch.setattr("os.statvfs", lambda place: told)

    looked = machine.disk(tmp_path / "not" / "there" / "yet")

    assert looked.ok is ok
    assert found in looked.found
    assert str(tmp_path) in looked.found
