"""Rebuild the sentences of MedQuAD and K-QA that the parts refer to.

The project ships no data sets, so ``medquad.jsonl`` and ``kqa.jsonl`` of the development part and
of the train part hold labels, places and digests only. This program (standard library only) finds
the texts in the folder that ``CAVEAT_DATA`` names, checks each against its digest, and prints one
JSON object a line with the text beside its label::

    CAVEAT_DATA=FOLDER python evaluation/guard/sample_medquad.py medquad
    CAVEAT_DATA=FOLDER python evaluation/guard/sample_medquad.py kqa

``--draw`` draws the sample again instead (same seed, same sentences), without labels. Exit code 2
says that the data set is absent, 1 that a text is no longer the one that was labelled.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FILES = {"medquad": "medquad/medquad.jsonl.gz", "kqa": "k-qa/questions_w_answers.jsonl"}
SEED = 20261126
SIZES = {"medquad": 300, "kqa": 200}
WORDS = 4  # headings and single names of lists are not sentences
LONGEST = 500  # what is longer is a table that lost its lines

# A new line, an item of a list, or a full stop before a capital ends a sentence.
BLOCK = re.compile(r"\n+|\s{2,}(?:-|•|\d+\.)\s+|\s{4,}")
STOP = re.compile(r"[.!?][\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])")
SHORT = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|St|vs|No|Fig|approx|e\.g|i\.e|U\.S|[A-Z]))\.\s*$")

Row = dict[str, Any]


class Absent(Exception):
    """The folder of data sets is not named, or does not hold the file."""


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def plain(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def answers(name: str) -> Iterator[tuple[str, str, str]]:
    """Stratum, id and answer of every answered question."""
    if not os.environ.get("CAVEAT_DATA"):
        raise Absent("CAVEAT_DATA does not name the folder of data sets")
    path = Path(os.environ["CAVEAT_DATA"]) / FILES[name]
    if not path.is_file():
        raise Absent(f"{FILES[name]} is not in the folder that CAVEAT_DATA names")
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for number, line in enumerate(text.decode().strip().split("\n"), 1):
        row = json.loads(line)
        if name == "medquad":
            yield row["source"], row["id"], row["answer"]
        else:
            yield "K-QA", f"questions_w_answers-{number:03}", row["Free_form_answer"]


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end, in code points, of every sentence that is neither too short nor a table."""
    edges = [0]
    for block in BLOCK.finditer(text):
        edges += [block.start(), block.end()]
    edges.append(len(text))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        here = start
        for stop in STOP.finditer(text, start, end):
            if not SHORT.search(text, here, stop.end()):
                yield from worth(text, here, stop.end())
                here = stop.end()
        yield from worth(text, here, end)


def worth(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretch without white space around it, when it has enough words."""
    part = text[start:end]
    start, end = end - len(part.lstrip()), start + len(part.rstrip())
    if len(re.findall(r"[^\W\d_]{2,}", part)) >= WORDS and end - start <= LONGEST:
        yield start, end


def places(name: str) -> dict[str, list[tuple[str, int, int, str]]]:
    """Every sentence by stratum: question id, start, end, text; a repeated text once."""
    found: dict[str, list[tuple[str, int, int, str]]] = defaultdict(list)
    seen: set[str] = set()
    for stratum, source, answer in answers(name):
        for start, end in sentences(answer):
            text = plain(answer[start:end])
            if text.lower() not in seen:
                seen.add(text.lower())
                found[stratum].append((source, start, end, text))
    return found


def draw(name: str) -> Iterator[Row]:
    """The sample: the same number from every source, the rest from the largest ones."""
    found = places(name)
    chance = random.Random(SEED)  # noqa: S311 -- a sample, not a secret
    share, rest = divmod(SIZES[name], len(found))
    largest = sorted(found, key=lambda stratum: (-len(found[stratum]), stratum))[:rest]
    number = 0
    for stratum in sorted(found):
        size = share + (stratum in largest)
        for source, start, end, text in sorted(chance.sample(found[stratum], size)):
            number += 1
            row = {"id": f"{name}-{number:03}", "source": f"{stratum}/{source}"}
            yield row | {"start": start, "end": end, "text": text}


def rebuild(name: str, part: str = "development") -> Iterator[Row]:
    """The labelled lines with their texts; ``text`` is None where the digest does not agree."""
    texts: dict[str, list[str]] = defaultdict(list)  # eight ids of MedQuAD occur twice
    for stratum, source, answer in answers(name):
        texts[f"{stratum}/{source}"].append(answer)
    for line in (HERE / part / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        parts = [plain(text[row["start"] : row["end"]]) for text in texts[row["source"]]]
        same = [part for part in parts if digest(part) == row["sentence_sha256"]]
        yield row | {"text": same[0] if same else None}


def sound(name: str, part: str = "development") -> list[Row]:
    """The labelled lines, each with its text; raises Absent when one is no longer what it was."""
    rows = list(rebuild(name, part))
    if lost := sum(row["text"] is None for row in rows):
        raise Absent(f"{lost} of its sentences are not those that were labelled")
    return rows


def main() -> int:
    """Print the sentences, or say what is missing."""
    parser = argparse.ArgumentParser(description="Rebuild labelled sentences from CAVEAT_DATA.")
    parser.add_argument("name", choices=sorted(FILES), help="the data set")
    parser.add_argument("--part", choices=["development", "train"], default="development")
    parser.add_argument("--draw", action="store_true", help="draw the sample again, unlabelled")
    options = parser.parse_args()
    lost = 0
    try:
        for row in draw(options.name) if options.draw else rebuild(options.name, options.part):
            lost += row["text"] is None
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    except Absent as absent:
        sys.stderr.write(f"Nothing was rebuilt: {absent}.\n")
        return 2
    if lost:
        sys.stderr.write(f"{lost} sentences are no longer those that were labelled.\n")
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
