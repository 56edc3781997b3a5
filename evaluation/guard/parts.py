"""Read the labelled lines, and keep those of the test part sealed: no program shows their texts."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from evaluation.guard import sample_medquad

HERE = Path(__file__).resolve().parent
FILES = ("advice", "attacks", "general", "answers", "questions", "identifiers", "support")


class Part(StrEnum):
    """A part of the examination."""

    TEST = "test"
    DEVELOPMENT = "development"
    TRAIN = "train"

    @property
    def readable(self) -> bool:
        """Whether people may read its lines."""
        return self is not Part.TEST


class SealedLine(Exception):
    """Somebody asked for the text of a line that nobody may read."""


@dataclass(frozen=True, slots=True)
class Span:
    """An identifier in a question, in code points, and its kind."""

    start: int
    end: int
    kind: str

    def overlaps(self, other: "Span") -> bool:
        """Whether both share a code point."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled line. Its text is not in its representation, and only `guarding` looks at it."""

    part: Part
    file: str
    group: str  # the class, or the attack, that figures are counted by
    rule: str  # the rule that is meant
    expected: str
    attack: str = ""
    border: bool = False  # the definition can be read both ways
    sealed: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    spans: tuple[Span, ...] = ()

    @property
    def open(self) -> Mapping[str, str]:
        """Return what stands on the line, for people to read. Raises SealedLine for test lines."""
        if not self.part.readable:
            raise SealedLine(f"the lines of the {self.part} part are not shown")
        return self.sealed


_TEXTS = ("id", "text", "question", "passage", "quote", "why")
# Figures of these files are counted by attack; those of the others by class.
_BY_ATTACK = frozenset({"attacks", "support"})


def line_of(part: Part, file: str, row: Mapping[str, Any]) -> Line:
    """Make a line of what stands in a file."""
    attack = row.get("attack") or ""
    return Line(
        part=part,
        file=file,
        group=attack if attack and file in _BY_ATTACK else row["class"],
        rule=row["class"],
        expected=row["expected"],
        attack=attack,
        border=str(row.get("why", "")).startswith("border:"),
        sealed={key: str(row[key]) for key in _TEXTS if key in row},
        spans=tuple(Span(s["start"], s["end"], s["type"]) for s in row.get("spans", ())),
    )


def read(part: Part, file: str, folder: Path = HERE) -> Sequence[Line]:
    """Read one file of a part and those that add to it (`advice`, `advice-more`); maybe none."""
    paths = sorted([*folder.glob(f"{part}/{file}.jsonl"), *folder.glob(f"{part}/{file}-*.jsonl")])
    rows = [row for path in paths for row in path.read_text(encoding="utf-8").split("\n")]
    return tuple(line_of(part, file, json.loads(row)) for row in rows if row)


def rebuilt(file: str) -> Sequence[Line]:
    """Read the labelled sentences of MedQuAD or K-QA with their texts out of the data sets.

    They belong to the development part whatever part is examined. Raises `sample_medquad.Absent`,
    also when a text is no longer the one that was labelled: fewer lines would be another figure.
    """
    return tuple(line_of(Part.DEVELOPMENT, file, row) for row in sample_medquad.sound(file))


def by_group(lines: Sequence[Line]) -> Iterator[tuple[str, Sequence[Line]]]:
    """Yield the lines of each group, in the order of their names."""
    for group in sorted({line.group for line in lines}):
        yield group, [line for line in lines if line.group == group]
