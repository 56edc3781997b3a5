"""Validate the parts of the guard's examination and print their counts.

Standard library only, from any folder: ``python evaluation/guard/count.py``.
It prints counts by class and never a sentence, so its output may be shared;
problems are named by file, line and id only, and make the exit code 1.
No text may occur in two parts: the parts are compared by the hash of their texts.
``--part`` chooses one part, ``--markdown`` prints the tables of the README.
The texts behind ``medquad.jsonl`` and ``kqa.jsonl`` are checked when
``CAVEAT_DATA`` names the folder of data sets; otherwise that is said.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

import sample_medquad
from form import REFERENCES, Line, faults, reference_faults, subject_of
from likeness import near, repeated, shared

HERE = Path(__file__).resolve().parent
PARTS = {
    part: sorted(p.name for p in (HERE / part).glob("*.jsonl") if p.name not in of)
    for part, of in REFERENCES.items()
}
FEW = 8  # questions below this number of words share their frame ("What is …?")


def read(part: str, name: str) -> list[Line]:
    """The lines of one file, each with its place."""
    path = HERE / part / name
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    return [(f"{part}/{name}:{n} {row.get('id')}", row) for n, row in enumerate(rows, 1)]


def texts(part: str, name: str) -> list[str]:
    """Labels whose sentence is not found in the data set, which may be absent."""
    try:
        rows = list(sample_medquad.rebuild(name.removesuffix(".jsonl"), part))
    except sample_medquad.Absent as absent:
        sys.stderr.write(f"{name}: sentences not checked, {absent}\n")
        return []
    return [
        f"{part}/{name} {row['id']}: not the sentence labelled"
        for row in rows
        if row["text"] is None
    ]


def table(name: str, lines: list[Line], markdown: bool) -> str:
    """Counts of one file by class (attacks and swaps: by attack)."""
    by_attack = subject_of(name) in ("attacks", "support")
    counts = Counter(
        ((by_attack and row.get("attack")) or row["class"], row["expected"]) for _, row in lines
    )
    if markdown:
        head = f"\n**{name}** ({len(lines)} lines)\n\n| class | expected | lines |\n|---|---|---|\n"
        return head + "".join(f"| {c} | {e} | {n} |\n" for (c, e), n in sorted(counts.items()))
    return f"{name}: {len(lines)}\n" + "".join(
        f"  {c:26} {e:13}{n:5}\n" for (c, e), n in sorted(counts.items())
    )


def few_of(part: str, name: str) -> int:
    """Below how many words lines may be alike: short questions share their frame."""
    return (
        FEW if part == "development" or (subject_of(name) == "questions" and part == "train") else 0
    )


def examine(part: str, markdown: bool) -> tuple[list[Line], list[str]]:
    """Print the counts of one part; its lines and what is wrong with them."""
    every: list[Line] = []
    problems: list[str] = []
    for name in PARTS[part]:
        lines = read(part, name)
        problems += faults(name, lines) + near(lines, few_of(part, name))
        sys.stdout.write(table(name, lines, markdown))
        every += lines
    total = len(every)
    for name, wanted in REFERENCES[part].items():
        lines = read(part, name)
        problems += reference_faults(name, lines, wanted) + texts(part, name)
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
