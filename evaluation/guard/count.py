"""Validate the parts of the guard's examination and print their counts.

Standard library only, from any folder: ``python evaluation/guard/count.py``.
It prints counts by class and never a sentence, so its output may be shared;
problems are named by file, line and id only, and make the exit code 1.
No text may occur in two parts: the parts are compared by the hash of their texts.
``--part`` chooses one part, ``--markdown`` prints the tables of the README.
The texts behind ``medquad.jsonl`` and ``kqa.jsonl`` are checked when
``CAVEAT_DATA`` names the folder of data sets; otherwise that is said.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import sample_medquad

HERE = Path(__file__).resolve().parent
REFERENCES = {"medquad.jsonl": 300, "kqa.jsonl": 200}  # labels of sentences that are not here
SHORT = {("train", "questions.jsonl")}  # compared as in the development part, from FEW words on
KINDS = {
    "advice.jsonl": "sentence",
    "attacks.jsonl": "sentence",
    "general.jsonl": "sentence",
    "questions.jsonl": "question",
    "identifiers.jsonl": "question",
    "support.jsonl": "cited",
}
PARTS = {
    "test": [
        "advice.jsonl",
        "attacks.jsonl",
        "questions.jsonl",
        "identifiers.jsonl",
        "support.jsonl",
    ],
    "train": ["advice.jsonl", "attacks.jsonl", "general.jsonl", "questions.jsonl"],
    "development": ["advice.jsonl", "questions.jsonl", "identifiers.jsonl", "support.jsonl"],
}
TAIL = ["class", "expected", "attack", "why"]
KEYS = {
    "advice.jsonl": ["id", "kind", "text", *TAIL],
    "attacks.jsonl": ["id", "kind", "text", *TAIL],
    "general.jsonl": ["id", "kind", "text", *TAIL],
    "questions.jsonl": ["id", "kind", "question", *TAIL],
    "identifiers.jsonl": ["id", "kind", "question", *TAIL, "spans"],
    "support.jsonl": ["id", "kind", "text", "passage", "quote", *TAIL],
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
FEW = 8  # questions below this number of words share their frame ("What is …?")
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


def text_of(row: Row) -> str:
    """The words that are judged; of a cited pair, with its passage."""
    if row["kind"] == "cited":
        return f"{row['text']}\n{row['passage']}"
    return str(row.get("question") or row.get("text"))


def values(name: str, row: Row) -> list[str]:
    """What is wrong with the values of one line."""
    checks = {
        "kind": row["kind"] == KINDS[name],
        "empty value": all(row[k] for k in KEYS[name] if k not in ("attack", "spans")),
        "expected": row["expected"] in EXPECTED[KINDS[name]],
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


def in_common(one: list[str], other: list[str]) -> int:
    """Length of the longest common subsequence of words."""
    row = [0] * (len(other) + 1)
    for word in one:
        new = [0]
        for j, here in enumerate(other):
            new.append(row[j] + 1 if word == here else max(row[j + 1], new[j]))
        row = new
    return row[-1]


def alike(one: list[str], other: list[str]) -> bool:
    """Whether more than half of the words of both stand in the same order."""
    longer = max(len(one), len(other))
    if 2 * len(set(one) & set(other)) * 2 < longer or 2 * min(len(one), len(other)) <= longer:
        return False
    return 2 * in_common(one, other) > longer


def near(lines: list[Line], few: int) -> list[str]:
    """Lines of one class that are too much alike; those of few words are left out."""
    groups: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    for _, row in lines:
        group = row["id"].rsplit("-", 1)[0]
        if row["kind"] != "cited":
            groups[group].append((row["id"], re.findall(r"\w+", text_of(row).lower())))
    return [
        f"{one} and {other} share most of their words"
        for rows in groups.values()
        for i, (one, a) in enumerate(rows)
        for other, b in rows[:i]
        if min(len(a), len(b)) >= few and alike(a, b)
    ]


def repeated(lines: list[Line]) -> list[str]:
    """Identities and texts that occur twice, over the files of one part."""
    seen: dict[str, str] = {}
    wrong = []
    for where, row in lines:
        for key in (row["id"], " ".join(text_of(row).lower().split())):
            if key in seen:
                wrong.append(f"{where} repeats {seen[key]}")
            seen[key] = where
    return wrong


def digest(text: str) -> str:
    """Hash of a text's letters and digits, whatever their case and width."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return hashlib.sha256("".join(re.findall(r"\w", plain)).encode()).hexdigest()


def digests(lines: list[Line]) -> dict[str, str]:
    """Where each text stands, by its hash; of a cited pair, its sentence."""
    return {digest(str(row.get("question") or row["text"])): where for where, row in lines}


def shared(parts: dict[str, list[Line]]) -> list[str]:
    """Texts that occur in two parts, named by their places only."""
    wrong = []
    for one, other in combinations(parts, 2):
        here, there = digests(parts[one]), digests(parts[other])
        wrong += [f"{here[key]} stands also in {there[key]}" for key in here.keys() & there.keys()]
    return sorted(wrong)


def read(part: str, name: str) -> list[Line]:
    """The lines of one file, each with its place."""
    path = HERE / part / name
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    return [(f"{part}/{name}:{n} {row.get('id')}", row) for n, row in enumerate(rows, 1)]


def check(name: str, lines: list[Line], few: int = 0) -> list[str]:
    """What is wrong in one file."""
    wrong = []
    for where, row in lines:
        if list(row) != KEYS[name]:
            wrong.append(f"{where}: keys or their order")
            continue
        wrong += [f"{where}: {what}" for what in values(name, row) + spans(row)]
    return wrong + near(lines, few)


def references(name: str, lines: list[Line]) -> list[str]:
    """What is wrong in one file of labels that refer to sentences elsewhere."""
    wrong = [] if len(lines) == REFERENCES[name] else [f"{name}: {len(lines)} lines"]
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
    return wrong + texts(name)


def texts(name: str) -> list[str]:
    """Labels whose sentence is not found in the data set, which may be absent."""
    try:
        rows = list(sample_medquad.rebuild(name.removesuffix(".jsonl")))
    except sample_medquad.Absent as absent:
        sys.stderr.write(f"{name}: sentences not checked, {absent}\n")
        return []
    return [f"{name} {row['id']}: not the sentence labelled" for row in rows if row["text"] is None]


def table(name: str, lines: list[Line], markdown: bool) -> str:
    """Counts of one file by class (attacks and swaps: by attack)."""
    by_attack = name in ("attacks.jsonl", "support.jsonl")
    counts = Counter(
        ((by_attack and row.get("attack")) or row["class"], row["expected"]) for _, row in lines
    )
    if markdown:
        head = f"\n**{name}** ({len(lines)} lines)\n\n| class | expected | lines |\n|---|---|---|\n"
        return head + "".join(f"| {c} | {e} | {n} |\n" for (c, e), n in sorted(counts.items()))
    return f"{name}: {len(lines)}\n" + "".join(
        f"  {c:26} {e:13}{n:5}\n" for (c, e), n in sorted(counts.items())
    )


def examine(part: str, markdown: bool) -> tuple[list[Line], list[str]]:
    """Print the counts of one part; its lines and what is wrong with them."""
    every: list[Line] = []
    problems: list[str] = []
    for name in PARTS[part]:
        lines = read(part, name)
        problems += check(name, lines, FEW if part == "development" or (part, name) in SHORT else 0)
        sys.stdout.write(table(name, lines, markdown))
        every += lines
    references_of = REFERENCES if part == "development" else {}
    total = len(every)
    for name in references_of:
        lines = read(part, name)
        problems += references(name, lines)
        sys.stdout.write(table(name, [line for line in lines if "class" in line[1]], markdown))
        total += len(lines)
    sys.stdout.write(f"\n{part}: {total} lines, {len(problems)} problems\n\n")
    return every, problems


def main() -> int:
    """Check every file and print the counts."""
    parser = argparse.ArgumentParser(description="Validate and count the parts.")
    parser.add_argument("--part", choices=sorted(PARTS), help="only this part")
    parser.add_argument("--markdown", action="store_true", help="print the tables of the README")
    options = parser.parse_args()
    parts: dict[str, list[Line]] = {}
    problems: list[str] = []
    for part in [options.part] if options.part else PARTS:
        parts[part], wrong = examine(part, options.markdown)
        problems += wrong
    again = [*repeated([line for lines in parts.values() for line in lines]), *shared(parts)]
    sys.stdout.write(f"{len(again)} repeated ids or texts\n")
    sys.stderr.write("".join(f"{problem}\n" for problem in problems + again))
    return 1 if problems or again else 0


if __name__ == "__main__":
    raise SystemExit(main())
