import dataclasses
import hashlib
import unicodedata
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caveat.errors import InvalidQuestion
from caveat.model import ConclusionCode, Disposition, Intent, QuestionAsked, RoutedQuestion
from services.router import core
from tests.unit.router.fakes import NOON, QUESTION_ID, a_question


def routed(event: QuestionAsked, **changes: object) -> RoutedQuestion:
    text, redacted = core.redact(core.accept(event))
    fields = {"redacted": redacted, "lang": "en", "disposition": Disposition.ANSWER, "now": NOON}
    return core.route(event, text, **(fields | changes))  # type: ignore[arg-type]


def test_accepts_a_question_as_one_trimmed_line() -> None:
    assert core.accept(a_question("  What is\n\tMDS?\u00a0 ")) == "What is MDS?"


def test_accepts_a_question_in_nfc() -> None:
    assert core.accept(a_question("Cafe\u0301?")) == "Caf\u00e9?"


@pytest.mark.parametrize("text", ["MDS", "a" * 4096, "\U0001f600" * 3, "e\u0301" * 4096])
def test_accepts_the_shortest_and_the_longest_question(text: str) -> None:
    assert core.accept(a_question(text)) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "ab", "  ab  ", "a" * 4097, "e\u0301" * 2])
def test_refuses_a_question_outside_the_limits(text: str) -> None:
    with pytest.raises(InvalidQuestion, match="3 to 4096 characters"):
        core.accept(a_question(text))


def test_blanks_around_a_question_do_not_count() -> None:
    assert core.accept(a_question(" " * 5000 + "MDS" + " " * 5000)) == "MDS"


@pytest.mark.parametrize("audience", ["", "patient"])
def test_accepts_the_audience_of_patients(audience: str) -> None:
    assert core.accept(a_question(audience=audience))
    assert routed(a_question(audience=audience)).audience == "patient"


@pytest.mark.parametrize("audience", ["clinician", "Patient", " "])
def test_refuses_an_unknown_audience(audience: str) -> None:
    with pytest.raises(InvalidQuestion, match="audience"):
        core.accept(a_question(audience=audience))


@pytest.mark.parametrize("region", ["", "US", "GB"])
def test_accepts_a_region_or_none(region: str) -> None:
    assert core.accept(a_question(region=region))
    assert routed(a_question(region=region)).region == region


@pytest.mark.parametrize("region", ["us", "USA", "U", "U1", "US\n", "*", "É1"])
def test_refuses_what_is_no_region(region: str) -> None:
    with pytest.raises(InvalidQuestion, match="region"):
        core.accept(a_question(region=region))


@pytest.mark.parametrize(
    ("detected", "permille", "claimed", "language"),
    [
        ("es", 999, "", "es"),
        ("es", 700, "en", "es"),
        ("es", 699, "en", "en"),
        ("es", 699, "", "en"),
        ("ro", 380, "", "en"),
        ("pt", 470, "es", "es"),
        ("en", 950, "es", "en"),
        ("en", 310, "en-US", "en-US"),
    ],
)
def test_believes_the_detector_only_when_it_is_sure(
    detected: str, permille: int, claimed: str, language: str
) -> None:
    assert core.language_of(detected, permille, claimed) == language


def test_routes_the_same_question_the_same_way() -> None:
    event = a_question("Is CAR-T available for MDS? me@example.org")

    assert routed(event) == routed(event)


def test_a_route_says_everything_that_was_decided() -> None:
    route = routed(a_question("Is CAR-T available for MDS?", region="US"), lang="es")

    assert route.question_id == QUESTION_ID
    assert (route.lang, route.region, route.audience) == ("es", "US", "patient")
    assert route.topic is not None
    assert route.topic.label == "Myelodysplastic syndromes (MDS)"
    assert route.intent is Intent.AVAILABILITY
    assert route.disposition is Disposition.ANSWER
    assert "myelodysplastic syndromes" in route.search_text


def test_no_identifier_is_left_in_a_route() -> None:
    route = routed(a_question("I am at me@example.org. What is MDS?"))

    assert route.redacted
    assert route.text == "I am at [email]. What is MDS?"
    assert "example.org" not in repr(route)


def test_the_digest_is_of_the_redacted_text() -> None:
    one = routed(a_question("I am at me@example.org. What is MDS?"))
    other = routed(a_question("I am at you@example.org. What is MDS?"))

    assert one.digest == hashlib.sha256(b"I am at [email]. What is MDS?").hexdigest()
    assert other.digest == one.digest
    assert routed(a_question("What is AML?")).digest != one.digest


def test_the_date_is_of_the_moment_of_asking() -> None:
    assert routed(a_question(asked_at=NOON - timedelta(days=3))).asked_on == "2026-11-19"


def test_the_date_is_of_now_when_the_moment_of_asking_is_unknown() -> None:
    assert routed(a_question()).asked_on == "2026-11-22"


def test_the_date_is_in_utc() -> None:
    tokyo = datetime(2026, 11, 23, 1, 0, tzinfo=timezone(timedelta(hours=9)))

    assert routed(a_question(asked_at=tokyo)).asked_on == "2026-11-22"


@pytest.mark.parametrize("code", [d for d in Disposition if d not in core.ANSWERED])
def test_a_conclusion_carries_the_code_and_no_text(code: Disposition) -> None:
    question = routed(a_question("I have MDS, lenalidomide?", region="US"), disposition=code)

    concluded = core.conclude(question)

    assert concluded.code is ConclusionCode(code)
    assert concluded.stage == "router"
    assert (concluded.lang, concluded.region, concluded.asked_on) == ("en", "US", "2026-11-22")
    assert concluded.digest == question.digest
    fields = {f.name for f in dataclasses.fields(concluded)}
    assert not fields & {"text", "search_text", "topic"}
    assert "lenalidomide" not in repr(concluded)


def test_only_answered_questions_have_no_conclusion() -> None:
    for disposition in core.ANSWERED:
        with pytest.raises(ValueError, match=disposition):
            core.conclude(routed(a_question(), disposition=disposition))


@given(st.text(min_size=0, max_size=400))
def test_any_text_is_routed_or_refused(text: str) -> None:
    try:
        route = routed(a_question(text))
    except InvalidQuestion:
        return
    assert core.SHORTEST <= len(core.accept(a_question(text))) <= core.LONGEST
    assert route.search_text
    assert len(route.digest) == 64
