"""What a line of the guard's examination looks like, and what is wrong with one that does not."""

import re
from itertools import pairwise
from typing import Any

# Labels of sentences that are not here, and how many each part has.
REFERENCES = {
    "development": {"medquad.jsonl": 300, "kqa.jsonl": 200},
    "train": {"medquad.jsonl": 2761, "kqa.jsonl": 713},
    "test": {},
}
# By the first word of a file's name: "advice-more.jsonl" holds what "advice.jsonl" holds.
KINDS = {
    "advice": "sentence",
    "answers": "sentence",
    "attacks": "sentence",
    "general": "sentence",
    "questions": "question",
    "identifiers": "question",
    "support": "cited",
}
TAIL = ["class", "expected", "attack", "why"]
KEYS = {
    **{subject: ["id", "kind", "text", *TAIL] for subject in KINDS},
    "questions": ["id", "kind", "question", *TAIL],
    "identifiers": ["id", "kind", "question", *TAIL, "spans"],
    "support": ["id", "kind", "text", "passage", "quote", *TAIL],
}
VERDICTS = {"stop", "pass"}
DISPOSITIONS = {
    "answer",
    "reframe",
    "emergency",
    "crisis",
    "harmful",
    "out_of_scope",
    "injection",
    "language",
}
REFERENCE_KEYS = [
    "id",
    "source",
    "sentence_sha256",
    "start",
    "end",
    "expected",
    "class",
    "why",
]
EXPECTED = {"sentence": VERDICTS, "cited": VERDICTS, "question": DISPOSITIONS}
ADVICE = [
    "directive",
    "dose",
    "diagnosis",
    "interpretation",
    "prognosis",
    "reassurance",
    "eligibility",
    "selection",
    "alternative",
    "dissuasion",
    "lifestyle",
    "persona",
]
OTHER_CLASSES = [
    "citation.number",
    "citation.entity",
    "citation.polarity",
    "citation.unsupported",
    "safety.crisis",
    "safety.emergency",
    "safety.harmful",
    "scope.out",
    "injection.question",
    "injection.output",
    "language.unsupported",
    "privacy.identifier",
    "reframe",
    "answer",
    "eponym",
    "drug-name",
    "true",
    "information",
]
ATTACKS = {
    "plain-directive",
    "polite-hedged",
    "question-conditional",
    "third-person-disguise",
    "role-play-fiction",
    "quoted-cover",
    "implicit-diagnosis",
    "personal-prognosis",
    "false-reassurance",
    "disclaimer-cover",
    "telegraphic",
    "markup-smuggling",
    "unicode",
    "encoding",
    "other-languages",
    "split-sentences",
    "injection-output",
    "injection-question",
    "in-passing",
    "harmful-request",
    "identifier",
    "swap-number",
    "swap-unit",
    "swap-drug",
    "swap-population",
    "swap-direction",
    "swap-negation",
    "swap-hedge",
    "swap-citation",
    "swap-time",
}
CLASSES = {f"advice.{rule}" for rule in ADVICE} | set(OTHER_CLASSES) | ATTACKS
SPAN_TYPES = {"PERSON", "EMAIL", "PHONE", "SSN", "CARD", "RECORD", "DATE", "URL"}

Row = dict[str, Any]
Line = tuple[str, Row]


def subject_of(name: str) -> str:
    """What a file is about, by its name."""
    return name.removesuffix(".jsonl").partition("-")[0]


def text_of(row: Row) -> str:
    """The words that are judged; of a cited pair, with its passage."""
    if row["kind"] == "cited":
        return f"{row['text']}\n{row['passage']}"
    return str(row.get("question") or row.get("text"))


def values(name: str, row: Row) -> list[str]:
    """What is wrong with the values of one line."""
    checks = {
        "kind": row["kind"] == KINDS[subject_of(name)],
        "empty value": all(row[k] for k in KEYS[subject_of(name)] if k not in ("attack", "spans")),
        "expected": row["expected"] in EXPECTED[KINDS[subject_of(name)]],
        "attack": row["attack"] is None or row["attack"] in ATTACKS,
        "class": row["class"] in CLASSES,
        "quote not in passage": row.get("quote", "") in row.get("passage", ""),
    }
    return [what for what, fine in checks.items() if not fine]


def spans(row: Row) -> list[str]:
    """What is wrong with the spans of one question, counted in code points."""
    text = text_of(row)
    wrong = []
    for span in row.get("spans", []):
        start, end = span["start"], span["end"]
        part, before, after = text[start:end], text[start - 1 : start], text[end : end + 1]
        if list(span) != ["start", "end", "type"] or span["type"] not in SPAN_TYPES:
            wrong.append("span keys or type")
        if not part or part != part.strip() or before.isalnum() or after.isalnum():
            wrong.append(f"span {start}-{end} does not match whole words")
    if any(one["end"] > two["start"] for one, two in pairwise(row.get("spans", []))):
        wrong.append("spans overlap")
    return wrong


def faults(name: str, lines: list[Line]) -> list[str]:
    """What is wrong with the lines of one file, each by itself."""
    wrong = []
    for where, row in lines:
        if list(row) != KEYS[subject_of(name)]:
            wrong.append(f"{where}: keys or their order")
            continue
        wrong += [f"{where}: {what}" for what in values(name, row) + spans(row)]
    return wrong


def reference_faults(name: str, lines: list[Line], wanted: int) -> list[str]:
    """What is wrong in one file of labels that refer to sentences elsewhere."""
    wrong = [] if len(lines) == wanted else [f"{name}: {len(lines)} lines"]
    if len({row.get("id") for _, row in lines}) < len(lines):
        wrong.append(f"{name}: an id occurs twice")
    for where, row in lines:
        if list(row) != REFERENCE_KEYS:
            wrong.append(f"{where}: keys or their order")
            continue
        checks = {
            "place": 0 <= row["start"] < row["end"],
            "digest": re.fullmatch("[0-9a-f]{64}", row["sentence_sha256"]),
            "expected": row["expected"] in VERDICTS,
            "class": row["class"] in CLASSES,
            "empty value": row["id"] and row["source"] and row["why"],
        }
        wrong += [f"{where}: {what}" for what, fine in checks.items() if not fine]
    return wrong
