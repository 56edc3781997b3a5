"""What the machine must have: Python, Java and Maven, memory, and room on the disk."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from caveat.cli.doctor.diagnosis import Diagnosis, ill, sound
from caveat.cli.local import Local

_OLDEST, _TOO_NEW = (3, 11), (3, 14)
_OLDEST_JAVA = 17  # of Kafka's broker
_GIB = 1 << 30
_FREE_BYTES, _FREE_FILES = _GIB, 10_000
_NEEDED_MEMORY = 5 * _GIB // 4  # what a stack that is up takes, and a little more
_LIMIT = Path("/sys/fs/cgroup/memory.max")


def checks(local: Local, running: frozenset[str]) -> Iterator[Diagnosis]:
    """Look at this machine."""
    yield python(sys.version_info[:2])
    if not local.kafka:  # somebody else's broker needs nothing here
        yield java(shutil.which("java"))
        yield _maven()
    yield memory(needed=0 if running else _NEEDED_MEMORY)
    yield disk(local.home)


def python(version: tuple[int, ...]) -> Diagnosis:
    """Hold the interpreter to what the libraries support."""
    found = ".".join(map(str, version))
    if _OLDEST <= version < _TOO_NEW:
        return sound("python", found)
    return ill("python", found, "install Python 3.11, 3.12 or 3.13, and make setup again")


def java(program: str | None) -> Diagnosis:
    """Run Java and read its version, as one that is there may be too old for Kafka."""
    mend = "apt-get install default-jre-headless"
    if program is None:
        return ill("java", "missing", mend)
    try:
        told = subprocess.run(  # noqa: S603 - the path is from PATH, the argument ours
            [program, "-version"], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        return ill("java", f"{program} does not run: {error}", mend)
    version = re.search(r'version "(\d+)', told.stderr + told.stdout)
    if version is None or int(version[1]) < _OLDEST_JAVA:
        found = version[1] if version else "of unknown version"
        return ill("java", f"{program} is {found}; Kafka needs {_OLDEST_JAVA} or newer", mend)
    return sound("java", f"{program}, {version[1]}")


def _maven() -> Diagnosis:
    from caveat.cli.broker import jar_folder

    maven = shutil.which("mvn")
    if maven is None and not jar_folder().exists():
        return ill("maven", "missing, and Kafka has not been fetched", "apt-get install maven")
    return sound("maven", maven or "missing, and not needed: Kafka is fetched")


def memory(*, needed: int) -> Diagnosis:
    """Hold free memory, and the limit of a container, to what a stack takes."""
    import psutil

    free, limit = psutil.virtual_memory().available, _limit()
    if free < needed:
        found = f"{_gib(free)} free, and the stack takes {_gib(needed)}"
        return ill("memory", found, "end other programs, or give the machine more memory")
    if limit is not None and limit < _NEEDED_MEMORY:
        found = f"the container may take {_gib(limit)}, and the stack takes {_gib(_NEEDED_MEMORY)}"
        return ill("memory", found, "give the container 2 GiB")
    return sound("memory", f"{_gib(free)} free")


def _limit() -> int | None:
    try:
        told = _LIMIT.read_text().strip()
    except OSError:
        return None  # no control groups here, so no limit by them
    return int(told) if told.isdecimal() else None


def disk(home: Path) -> Diagnosis:
    """Look for free bytes and free files where the stack writes."""
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    found = os.statvfs(place)
    free = found.f_bavail * found.f_frsize
    # A file system that makes inodes as it needs them says that it has none at all.
    files = found.f_favail if found.f_files else None
    mend = f"free some room at {place}, or set CAVEAT_HOME to a folder on another disk"
    if free < _FREE_BYTES:
        return ill("disk", f"{_gib(free)} free at {place}, and 1.0 GiB is needed", mend)
    if files is not None and files < _FREE_FILES:
        return ill("disk", f"room for {files} more files at {place}", mend)
    return sound("disk", f"{_gib(free)} free at {place}")


def _gib(count: int) -> str:
    return f"{count / _GIB:.1f} GiB"
