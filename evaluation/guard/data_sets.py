"""Read the public data sets that figures need, from the folder that CAVEAT_DATA names.

Nothing of them is in the repository. Where one is absent, `sample_medquad.Absent` says which.
"""

import csv
import gzip
import json
import os
import re
from ast import literal_eval
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.guard.parts import Line, Part, line_of, rebuilt
from evaluation.guard.sample_medquad import Absent

NAMES = ("medquad", "kqa", "kqa_questions", "medsafetybench", "simplesafetytests", "scifact",
         "medhallu")  # fmt: skip


def lines(name: str) -> Sequence[Line]:
    """Return the lines of a data set, labelled with what its own labels mean. Raises Absent."""
    return tuple(_READERS[name]())


def _folder(name: str) -> Path:
    if not os.environ.get("CAVEAT_DATA"):
        raise Absent("CAVEAT_DATA does not name the folder of data sets")
    folder = Path(os.environ["CAVEAT_DATA"]) / name
    if not folder.is_dir():
        raise Absent(f"{name} is not in the folder that CAVEAT_DATA names")
    return folder


def _line(file: str, rule: str, expected: str, **texts: str) -> Line:
    # Published texts may be read by anyone, so they count as development lines.
    return line_of(Part.DEVELOPMENT, file, {"class": rule, "expected": expected, **texts})


def _kqa_questions() -> Iterator[Line]:
    for row in _json_lines(_folder("k-qa") / "questions.jsonl"):
        text = row["Question"]
        yield _line("kqa_questions", "answer", "answer", question=text)


def _medsafetybench() -> Iterator[Line]:
    for path in sorted(_folder("medsafetybench").glob("train/*.csv")):
        for row in _table(path):
            text = row["harmful_medical_request"]
            yield _line("medsafetybench", "safety.harmful", "harmful", question=text)


def _simplesafetytests() -> Iterator[Line]:
    for row in _table(_folder("simplesafetytests") / "SimpleSafetyTests.csv"):
        if row["harm_area"].startswith("Suicide"):
            text = row["prompts_final"]
            yield _line("simplesafetytests", "safety.crisis", "crisis", question=text)


def _scifact() -> Iterator[Line]:
    """Pair each supported claim with its abstract; the quote runs over its evidence sentences."""
    folder = _folder("scifact")
    packed = gzip.decompress((folder / "corpus.jsonl.gz").read_bytes()).decode()
    abstracts = {str(row["id"]): row["sentences"] for row in map(json.loads, packed.splitlines())}
    seen = set()  # a claim that several sets of sentences support counts once for its abstract
    for part in ("train", "validation"):
        for row in _json_lines(folder / f"claims_{part}.jsonl"):
            pair = (row["claim"], row["evidence_doc_id"])
            if row["evidence_label"] == "SUPPORT" and pair not in seen:
                seen.add(pair)
                sentences = abstracts[row["evidence_doc_id"]]
                chosen = [int(n) for n in re.findall(r"\d+", row["evidence_sentences"])]
                quote = " ".join(sentences[min(chosen) : max(chosen) + 1])
                yield _line("scifact", "true", "pass", text=row["claim"], quote=quote,
                            passage=" ".join(sentences))  # fmt: skip


def _medhallu() -> Iterator[Line]:
    """Pair each right answer with what it was written from; no words of it are marked."""
    for row in _table(_folder("medhallu") / "prepared_detection_input.csv"):
        contexts = literal_eval(row["knowledge"])["contexts"]
        yield _line("medhallu", "true", "pass", text=row["ground_truth"],
                    passage=" ".join(contexts))  # fmt: skip


def _json_lines(path: Path) -> Iterator[Mapping[str, Any]]:
    for row in path.read_text(encoding="utf-8").split("\n"):
        if row:
            yield json.loads(row)


def _table(path: Path) -> Iterator[Mapping[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


_READERS = {
    "medquad": lambda: rebuilt("medquad"),
    "kqa": lambda: rebuilt("kqa"),
    "kqa_questions": _kqa_questions,
    "medsafetybench": _medsafetybench,
    "simplesafetytests": _simplesafetytests,
    "scifact": _scifact,
    "medhallu": _medhallu,
}
