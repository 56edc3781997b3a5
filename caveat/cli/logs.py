"""Read the programs' log files together, in the order of their times."""

import heapq
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from caveat.errors import UnknownRecord

_PAUSE = 0.2  # seconds
_LONGEST_LINE = 1 << 16
_STAMP = len("2026-11-22T14:02:22.000")


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """A line of a log; `at` is the time of the last line that had one."""

    at: str
    name: str
    number: int
    text: str = field(compare=False)


def log_files(folder: Path, names: Iterable[str]) -> list[Path]:
    """Find the logs of these programs, or of all. Raises UnknownRecord."""
    present = {path.stem: path for path in sorted(folder.glob("*.log"))}
    wanted = tuple(names) or tuple(present)
    if missing := [name for name in wanted if name not in present]:
        raise UnknownRecord(f"no log of {', '.join(missing)} is in {folder}")
    if not wanted:
        raise UnknownRecord(f"no logs are in {folder}")
    return [present[name] for name in wanted]


def ends_of(paths: Iterable[Path]) -> dict[Path, int]:
    """Say where the last whole line of each log ends, so that reading and following meet."""
    return {path: _end_of(path) for path in paths}


def _end_of(path: Path) -> int:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        start = max(0, size - _LONGEST_LINE)
        file.seek(start)
        found = file.read(size - start).rfind(b"\n")
    return start + found + 1 if found >= 0 else size


def merged(ends: Mapping[Path, int], count: int) -> Iterator[Line]:
    """Merge the last lines of several logs by time."""
    return heapq.merge(*(_last_lines(path, end, count) for path, end in ends.items()))


def _last_lines(path: Path, end: int, count: int) -> list[Line]:
    with path.open("rb") as file:
        texts = file.read(end).decode("utf-8", "replace").splitlines()
    return list(_stamped(path.stem, enumerate(texts)))[-count:] if count else []


def followed(ends: Mapping[Path, int]) -> Iterator[Line]:
    """Yield lines as they are written, for ever; a rotated file is read from its start."""
    places = dict(ends)
    while True:
        for path, place in places.items():
            texts, places[path] = _grown(path, place)
            yield from _stamped(path.stem, enumerate(texts))
        time.sleep(_PAUSE)


def _grown(path: Path, place: int) -> tuple[list[str], int]:
    """Read the whole lines behind a place, and say where they end."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size < place:
                place = 0
            file.seek(place)
            fresh = file.read()
    except FileNotFoundError:
        return [], 0  # between two rotations
    whole = fresh[: fresh.rfind(b"\n") + 1]
    return whole.decode("utf-8", "replace").splitlines(), place + len(whole)


def _stamped(name: str, texts: Iterable[tuple[int, str]]) -> Iterator[Line]:
    at = ""
    for number, text in texts:
        stamp = text[:_STAMP]
        if stamp[:4].isdigit() and stamp[10:11] == "T":
            at = stamp
        yield Line(at, name, number, text.rstrip("\n"))
