"""Labelled sentences and questions of evaluation/guard, but for its test part."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PARTS = Path(__file__).resolve().parent.parent / "evaluation" / "guard"


@dataclass(frozen=True, slots=True)
class Example:
    """One text, what it is, and the file that it came from."""

    text: str
    label: str
    file: str
    attack: str = ""


def lines_of(*patterns: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the lines of the files that match, with the file's name below evaluation/guard.

    Raises ValueError for a pattern that matches nothing or reaches into the examination.
    """
    for pattern in patterns:
        files = sorted(PARTS.glob(pattern))
        if not files:
            raise ValueError(f"no file matches {pattern}")
        for file in files:
            name = str(file.relative_to(PARTS))
            if name.startswith("test/"):
                raise ValueError("nothing is trained on the examination")
            for line in file.read_text(encoding="utf-8").splitlines():
                yield name, json.loads(line)
