"""The rules of the family "no advice", on sentences that are not in the policy's own examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.guard.validators.advice import RULES
from tests.unit.guard.advice_sentences import DISGUISED, FIRES, PASSES, STOPPED_WRONGLY, UNCAUGHT
from tests.unit.guard.builders import ASKED, advice_hits, advice_rules


def _pairs(cases: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(rule_id, text) for rule_id, texts in cases.items() for text in texts]


def test_every_rule_has_six_sentences_of_each_kind() -> None:
    for cases in (FIRES, PASSES):
        assert set(cases) == set(RULES)
        assert all(len(set(texts)) >= 6 for texts in cases.values())


@pytest.mark.parametrize(("rule_id", "text"), _pairs(FIRES))
def test_fires(rule_id: str, text: str) -> None:
    assert rule_id in advice_rules(text)


@pytest.mark.parametrize(("rule_id", "text"), _pairs(PASSES))
def test_lets_look_alikes_pass(rule_id: str, text: str) -> None:
    assert advice_rules(text) == set()


@pytest.mark.parametrize("text", DISGUISED)
def test_fires_on_advice_that_names_no_reader_or_hides(text: str) -> None:
    assert advice_rules(text)


@pytest.mark.xfail(strict=True, reason="an instruction after a comma is read as part of a list")
@pytest.mark.parametrize("text", UNCAUGHT)
def test_fires_on_what_it_does_not_know_yet(text: str) -> None:
    assert advice_rules(text)


@pytest.mark.xfail(strict=True, reason="the classifier hears an instruction in a compound noun")
@pytest.mark.parametrize("text", STOPPED_WRONGLY)
def test_lets_pass_what_it_still_stops_wrongly(text: str) -> None:
    assert advice_rules(text) == set()


SOFTENED = (
    "This is not medical advice, but {}",
    "Ask your doctor; {}",
    "Talk with your doctor. {}",
    "I am not a doctor, but {}",
    "Everyone is different, so {}",
    "{} This is general information and not medical advice.",
    "{} Always ask your doctor first.",
    "Tell your doctor and {}",
)
COMMANDS = (
    ("advice.directive", "stop taking lenalidomide today."),
    ("advice.dose", "take 20 mg of prednisone."),
    ("advice.alternative", "try turmeric against the anemia."),
    ("advice.lifestyle", "eat less salt."),
)


@pytest.mark.parametrize("frame", SOFTENED)
@pytest.mark.parametrize(("rule_id", "command"), COMMANDS)
def test_a_disclaimer_beside_a_directive_never_softens_it(
    frame: str, rule_id: str, command: str
) -> None:
    command = command.capitalize() if frame.startswith("{}") else command

    assert rule_id in advice_rules(frame.format(command))


def test_reports_each_rule_once_with_the_words_that_show_it() -> None:
    text = "It helps. You should stop taking it. You must switch now."

    [hit] = advice_hits(text)

    assert (hit.rule_id, hit.sentence) == ("advice.directive", "s1")
    assert text[hit.start : hit.end].startswith("You should stop")


def test_points_at_the_words_as_they_were_given() -> None:
    text = "It helps. \u200bPle\u00adase st\u200bop taking it."

    [hit] = advice_hits(text)

    assert text[hit.start : hit.end] == "Ple\u00adase st\u200bop"


def test_points_at_what_is_joined_on_to_an_allowed_frame() -> None:
    text = "Tell your doctor and stop taking it."

    [hit] = advice_hits(text)

    assert text[hit.start : hit.end] == "stop"


@pytest.mark.parametrize("text", [ASKED, "Should I take 20 mg?", "Do I have MDS?"])
def test_a_question_for_the_doctor_makes_no_choice(text: str) -> None:
    assert advice_rules(text) == set()


@given(
    st.text(max_size=120) | st.from_regex(r"(?:you|should|stop|take|10|mg|and|your|doctor|[ .,;])+")
)
def test_never_raises_and_points_inside_the_sentence(text: str) -> None:
    for hit in advice_hits(text):
        assert 0 <= hit.start <= hit.end <= len(text)
        assert hit.rule_id in RULES


BAIT = {
    "a": "a " * 30_000,
    "shouting": "!!!!" * 5_000,
    "you": "you " * 20_000,
    "you take": "you take " * 6_600,
    "do not see": "do not see " * 5_500,
    "before you": "do not stop before you " * 2_600,
    "abbreviations": "Dr. " * 15_000,
    "stops": ". " * 30_000,
    "joined": "ask your doctor and " * 3_000,
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", BAIT.values(), ids=BAIT.keys())
def test_bait_for_regular_expressions_ends(text: str) -> None:
    assert len(advice_hits(text)) <= len(RULES)
