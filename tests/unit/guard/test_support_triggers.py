"""The words that let patterns be tried are those that the patterns need: nothing is overlooked."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.guard.support import markers, numbers, polarity, roles, strength, times
from services.guard.support.reading import read
from services.guard.support.triggers import Trigger

PARTS = Path(__file__).resolve().parents[3] / "evaluation" / "guard"
PATTERNS = (
    (Trigger.MARK, markers._MARKS),
    (Trigger.DENIAL, polarity._DENIAL),
    (Trigger.COMPARED, roles.COMPARED),
    (Trigger.LEVEL, strength._LEVELS),
    (Trigger.MAY, strength._MAY),
    (Trigger.MAY, strength._WEAK),
    (Trigger.DOUBT, strength._DOUBT),
    (Trigger.PROOF, strength._PROOF),
    (Trigger.LINK, strength._LINK),
    (Trigger.CAUSE, strength._CAUSE),
    (Trigger.CURE, strength._CURE),
    (Trigger.PERIOD, times._ONCE),
    (Trigger.PERIOD, times._OTHER),
    (Trigger.VAGUE, times._VAGUE),
    (Trigger.ORDER, times._ORDER),
    (Trigger.LACK, polarity._LACK),
)


def texts() -> Iterator[str]:
    for path in PARTS.glob("development/*.jsonl"):
        for row in path.read_text(encoding="utf-8").split("\n"):
            found = json.loads(row) if row else {}
            yield from (found[key] for key in ("text", "question", "passage") if key in found)


READINGS = tuple(read(text) for text in dict.fromkeys(texts()))


@pytest.mark.parametrize(("trigger", "pattern"), PATTERNS)
def test_a_text_that_a_pattern_matches_has_its_trigger(
    trigger: Trigger, pattern: re.Pattern[str]
) -> None:
    matched = [reading for reading in READINGS if pattern.search(reading.text)]
    assert matched
    assert [reading.text for reading in matched if not reading.has(trigger)] == []


@pytest.mark.parametrize("words", ["can't be", "is non-fatal", "a symptom-free day", "Not at ALL"])
def test_words_with_marks_and_capitals_have_their_triggers(words: str) -> None:
    assert read(f"This {words}.").has(Trigger.DENIAL | Trigger.MARK)


def test_a_bound_behind_a_number_is_read_without_any_word_for_it() -> None:
    (quantity,) = numbers.quantities(read("The test is for ages 65+ in towns."))
    assert quantity.bound == ">"
