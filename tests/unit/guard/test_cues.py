"""Cues spare a search; they may never hide what a pattern would have found."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.guard.analysis import analyse
from services.guard.cues import Cued, cued, words_in
from services.guard.frames import FRAMES
from services.guard.patterns import CUED

TRAIN = Path(__file__).resolve().parents[3] / "evaluation" / "guard" / "train"


def sentences() -> Iterator[str]:
    """Every authored sentence of the train part in its normal form."""
    for file in sorted(TRAIN.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            text = json.loads(line).get("text")
            if text:
                yield analyse(text).text


@pytest.mark.parametrize("name", [*FRAMES, *CUED])
def test_no_text_that_a_pattern_matches_lacks_its_cues(name: str) -> None:
    pattern = FRAMES.get(name) or CUED[name]
    matching = [
        text
        for sentence in SENTENCES
        for text in (sentence, f">{sentence}")
        if pattern.pattern.search(text)
    ]
    assert matching, "a pattern that no sentence matches is held to nothing"
    assert [text for text in matching if not pattern.search(text, words_in(text))] == []


SENTENCES = tuple(sentences())[::2]


def test_a_pattern_is_not_searched_without_a_cue() -> None:
    pattern = cued(r"\bd[o]+\b", "do")
    assert pattern.search("please DO", words_in("please DO")) is not None
    assert pattern.search("please dooo", words_in("please dooo")) is None


def test_a_pattern_without_cues_is_always_searched() -> None:
    pattern: Cued = cued(r"[?]$")
    assert pattern.search("why?", words_in("why?")) is not None


def test_words_are_runs_of_english_letters() -> None:
    assert words_in("Don't take 2 µg of X-ray") == {"don", "t", "take", "g", "of", "x", "ray"}
