# ruff: noqa: RUF001 - letters that pass for others are what is tested here
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.guard.analysis import analyse
from services.guard.examination import classify
from tests.unit.guard.builders import ASKED, MISSING, a_policy


def clauses(text: str) -> list[str]:
    return [clause.text for clause in analyse(text).clauses]


def openings(text: str) -> list[str]:
    return [clause.text for clause in analyse(text).clauses if clause.opens]


@pytest.mark.parametrize(
    "given",
    [
        "st\u200bop",
        "s\u00adto\u2060p",
        "\ufeffstop",
        "st\u202eop",
        "s\u0336t\u0336o\u0336p\u0336",
        "st\ufe0fop",
        "st\u180eop",
        "st\x00op",
        "ｓｔｏｐ",
        "ѕtор",  # Cyrillic
        "stοp",  # Greek
    ],
)
def test_sees_the_word_behind_its_disguise(given: str) -> None:
    assert analyse(given).text == "stop"


@pytest.mark.parametrize(
    ("given", "word", "original"),
    [
        ("a \u200bst\u200bop b", "stop", "st\u200bop"),
        ("a \ufb03ne b", "ffine", "\ufb03ne"),  # one ligature is three letters
        ("a ｓｔｏｐ b", "stop", "ｓｔｏｐ"),
        ("½ tablet", "1⁄2", "½"),
        ("wait\u2026 now", "...", "\u2026"),
        (
            "a \U0001d42c\U0001d42d\U0001d428\U0001d429 b",
            "stop",
            "\U0001d42c\U0001d42d\U0001d428\U0001d429",
        ),
    ],
)
def test_maps_a_span_back_to_the_text_as_it_was_given(given: str, word: str, original: str) -> None:
    analysis = analyse(given)
    start = analysis.text.index(word)

    begin, end = analysis.original_span(start, start + len(word))

    assert given[begin:end] == original


def test_maps_a_part_of_a_ligature_to_all_of_it() -> None:
    analysis = analyse("\ufb03x")

    assert analysis.text == "ffix"
    assert analysis.original_span(1, 2) == (0, 1)


def test_maps_an_empty_span_to_the_beginning() -> None:
    assert analyse("word").original_span(2, 2) == (0, 0)
    assert analyse("").original_span(0, 1) == (0, 0)


@given(st.text(max_size=80))
def test_has_one_place_for_each_character_and_clauses_where_they_say(text: str) -> None:
    analysis = analyse(text)

    assert len(analysis.offsets) == len(analysis.text)
    assert list(analysis.offsets) == sorted(analysis.offsets)
    assert all(0 <= offset < len(text) for offset in analysis.offsets)
    for clause in analysis.clauses:
        assert analysis.text[clause.start :].startswith(clause.text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Rest helps. Sleep helps.", ["Rest helps.", "Sleep helps."]),
        ("A dose of 2.5 mg was given.", ["A dose of 2.5 mg was given."]),
        ("Dr. Jones saw her. It went well.", ["Dr. Jones saw her.", "It went well."]),
        ("Drugs, e.g. azacitidine, help.", ["Drugs", "e.g. azacitidine", "help."]),
        ("Trial no. 5 is open.", ["Trial no. 5 is open."]),
        ("The answer is no. Stop it.", ["The answer is no.", "Stop it."]),
        ("People with MS. Stop it.", ["People with MS.", "Stop it."]),
        ("The dose was 10. Stop it.", ["The dose was 10.", "Stop it."]),
        ("1. Stop it", ["1. Stop it"]),
        ("It works.Stop it", ["It works.", "Stop it"]),
        ("He said \u201cfine.\u201d Stop it.", ['He said "fine.', "Stop it."]),
        ("\u2022 Rest\n\u2022 Stop it", ["Rest", "Stop it"]),
        ("- Rest\n- Stop it", ["Rest", "Stop it"]),
        ("Rest | Stop it", ["Rest", "Stop it"]),
        ("It works\u2028Stop it", ["It works", "Stop it"]),
        ("It works\u2014stop it", ["It works", "stop it"]),
        ("5\u201310 mg", ["5\u201310 mg"]),
        ("> **Stop** it", ["Stop** it"]),
        ("", []),
        (" .,; ", ["."]),
    ],
)
def test_splits_a_text_into_clauses(text: str, wanted: list[str]) -> None:
    assert clauses(text) == wanted


def test_a_list_inside_a_sentence_opens_nothing_and_an_introduction_does() -> None:
    assert openings("Fatigue, rest, fever") == ["Fatigue"]
    assert openings("If it hurts, stop") == ["If it hurts", "stop"]
    assert openings("It helps, but stop") == ["It helps, but", "stop"]


def test_looks_at_an_endless_clause_in_overlapping_parts() -> None:
    text = "word " * 500
    analysis = analyse(text)

    assert len(analysis.clauses) > 5
    assert all(len(clause.text) <= 400 for clause in analysis.clauses)
    assert [clause.opens for clause in analysis.clauses][:3] == [True, False, False]
    ends = [clause.start + len(clause.text) for clause in analysis.clauses]
    starts = [clause.start for clause in analysis.clauses]
    assert all(start < end for start, end in zip(starts[1:], ends, strict=False))
    assert ends[-1] == len(text.strip())


@pytest.mark.parametrize(
    "text",
    [
        ASKED,
        "Should treatment be stopped if platelets fall?",
        "What are the risks, and how are they noticed early?",
        "Would it be better to ask for a second opinion?",
        "Is the dose 2\u00bd tablets?",
    ],
)
def test_knows_a_question(text: str) -> None:
    assert classify(text, a_policy()) == "question"


@pytest.mark.parametrize(
    "text",
    [
        "Azacitidine is used in MDS.",
        "Azacitidine?",
        "Perhaps it helps",
        "Thank you for asking.",
        "",
        # Claims and directives that borrow a question mark.
        "Is it MDS. You have MDS. Stop the tablets, ok?",
        "When you have a fever; take two tablets?",
        "If you feel tired you should double the dose, right?",
        "Why not stop the tablets?",
        "Why don't you stop the tablets?",
        "Have you tried turmeric?",
        "Did you know that turmeric cures leukemia?",
        "How about stopping the tablets?",
        "What is it\nStop the tablets?",
        "What is <b>MDS</b>?",
        "What about https://example.org?",
        "Wouldn't it be best to stop?",
        "Is that the reason to stop, isn't it?",
        "Wh\u200by not stop the tablets?",
    ],
)
def test_whatever_is_not_surely_something_else_is_clinical(text: str) -> None:
    assert classify(text, a_policy()) == "clinical"


def test_knows_the_sentences_of_the_template() -> None:
    assert classify(MISSING, a_policy()) == "navigation"
    assert classify(MISSING + " Azacitidine works.", a_policy()) == "clinical"
