"""Builders of the evaluation's tests: outcomes, and small parts in a folder of their own."""

import json
from pathlib import Path
from typing import Any

from evaluation.guard.guarding import Outcome
from evaluation.guard.parts import Span

CANARY = "zyxomel"  # stands in every text of a part, and must never come out
STOPPED = f"You should stop taking {CANARY} today."
HARMLESS = f"People in the trial took {CANARY} for a year."
ASKED = f"What is {CANARY} disease?"
QUOTED = f"In the trial, 40 people took {CANARY}."


def an_outcome(got: str = "stop", expected: str = "stop", **changes: Any) -> Outcome:
    fields: dict[str, Any] = {
        "group": "advice.dose",
        "rule": "advice.dose",
        "expected": expected,
        "got": got,
    }
    return Outcome(**(fields | changes))


def a_span(start: int, end: int, kind: str = "PERSON") -> Span:
    return Span(start, end, kind)


def a_row(**changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"id": "t-1", "kind": "sentence"}
    tail = {"class": "advice.directive", "expected": "stop", "attack": None, "why": CANARY}
    return row | tail | changes


def a_part(folder: Path, part: str = "test") -> Path:
    """Write a small part with a line of every kind, and return its folder's folder."""
    rows = {
        "advice": [a_row(text=STOPPED), a_row(text=HARMLESS, expected="pass")],
        "attacks": [a_row(text=STOPPED, attack="polite-hedged")],
        "general": [a_row(text=HARMLESS, expected="pass", **{"class": "answer"})],
        "questions": [a_row(question=ASKED, expected="answer", **{"class": "answer"})],
        "identifiers": [
            a_row(question=f"My name is {CANARY.title()} Reed, what is gout?", expected="answer",
                  spans=[{"start": 11, "end": 23, "type": "PERSON"}],
                  **{"class": "privacy.identifier"})
        ],
        "support": [
            a_row(text=QUOTED, passage=QUOTED, quote=QUOTED, expected="pass", **{"class": "true"})
        ],
    }  # fmt: skip
    (folder / part).mkdir(parents=True)
    for name, lines in rows.items():
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / part / f"{name}.jsonl").write_text(text)
    return folder
