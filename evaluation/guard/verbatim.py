"""Verbatim sentences of the demonstration notes with their quotes, and their mutants.

`mutants.py` brings the changes: pairs of the kind of a change (`number`, `unit`, ...) and the
changed sentence.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from evaluation.guard.parts import Line, Part, line_of
from services.generator.sentences import spans
from services.retriever.notes import read_notes

NOTES = Path(__file__).resolve().parents[2] / "corpus" / "notes"

Mutants = Callable[[str], Iterable[tuple[str, str]]]


def untouched() -> Iterator[Line]:
    """Yield each sentence of the notes, cited to itself."""
    for entry in read_notes(NOTES):
        for passage in entry.passages:
            for start, end in spans(passage.text):
                exact = passage.text[start:end]
                row = {"class": "true", "expected": "pass", "text": " ".join(exact.split()),
                       "passage": passage.text, "quote": exact}  # fmt: skip
                yield line_of(Part.DEVELOPMENT, "verbatim", row)


def mutated(lines: Iterable[Line], mutants: Mutants) -> Iterator[Line]:
    """Yield every change of the sentences, still cited to what they were."""
    for line in lines:
        for kind, text in mutants(line.sealed["text"]):
            sealed = {**line.sealed, "text": text}
            yield replace(line, group=f"swap-{kind}", expected="stop", sealed=sealed)
