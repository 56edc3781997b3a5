"""Words whose opposite stands in the source are caught, and only where both say it of one thing."""

from pathlib import Path

import pytest

from services.guard.support import opposites
from services.guard.support.alignment import Basis, align
from services.guard.support.opposites import build, ends_of
from services.guard.support.reading import read
from services.guard.support.words import inflected


def messages(text: str, source: str) -> set[str]:
    return {m.message for m in align(text, Basis(source, "", 0, len(source)))}


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The splint holds the thumb bent.", "A splint keeps the thumb straight."),
        ("The gums hurt if the plate fits tightly.", "A loose plate can make the gums hurt."),
        ("The cold pack warms the ankle at once.", "The pack cools the ankle at once."),
        ("Air flows out of the small bag.", "The air flows into the small bag."),
        ("Blood runs from the lung to the arm.", "Blood runs from the arm to the lung."),
    ],
)
def test_an_opposite_of_the_sources_word_is_caught(text: str, source: str) -> None:
    assert messages(text, source)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The gums hurt when a plate does not fit tightly.", "A loose plate makes the gums hurt."),
        ("The leg loses strength over time.", "The leg shows growing weakness over time."),
        ("The lid opens and shuts.", "The lid shuts, and then it opens again."),
    ],
)
def test_a_denied_a_lost_and_a_double_opposite_state_none(text: str, source: str) -> None:
    said, ground = read(text), read(source)
    assert not list(opposites.opposites(said, ground, odd=False))


def test_a_denied_opposite_excuses_the_denial() -> None:
    said, ground = read("The thumb is not bent."), read("It is a straight thumb.")
    assert [token.word for token in opposites.opposites(said, ground, odd=True)] == ["bent"]


def test_words_of_two_different_things_are_no_opposites() -> None:
    said = read("A cool cloth on the forehead eased the headache of the younger nurses.")
    ground = read("Nurses of the ward reported that the headache was less after an evening spent "
                  "with friends in a room that was warm.")  # fmt: skip
    assert not list(opposites.opposites(said, ground, odd=False))


def test_a_stem_at_both_ends_of_a_pair_is_at_neither() -> None:
    table = build("# a note\nloose | tight looser\n")
    assert set(table) >= {"tight"}
    assert "loose" not in table or table["loose"] == ((0, 1),)


def test_short_words_are_known_in_all_their_forms() -> None:
    assert {"added", "adding"} <= inflected("add")
    assert "fading" in inflected("fade")


def test_the_file_keeps_its_notice_and_its_pairs_are_whole() -> None:
    text = (Path(opposites.__file__).parent / "opposites.txt").read_text(encoding="utf-8")
    assert "Princeton University" in text
    assert "Permission to use, copy, modify and distribute" in text
    lines = [line for line in text.splitlines() if line and line[0] != "#"]
    assert all(line.count("|") == 1 and all(map(str.strip, line.split("|"))) for line in lines)
    assert len(ends_of()) > len(lines)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The cords got stronger, coughs fewer.", "It strengthened cords, with fewer coughs."),
        ("Pain lasts only for a moment.", "The pain lasts for a moment."),
        ("Tea is what patients drink and not juice.", "Patients drink tea instead of juice."),
        ("Today the wound must not get wet.", "The wound should not get wet today."),
        ("Cramps are worse without treatment.", "Cramps are worse if they are not treated."),
        ("The rash can usually be healed.", "The rash can be healed in most cases."),
        ("In pregnancy it is advised against.", "It is not recommended in pregnancy."),
    ],
)  # fmt: skip
def test_what_only_seems_to_differ_passes(text: str, source: str) -> None:
    assert messages(text, source) == set()


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Cramps are worse when they are treated.", "Cramps are worse without treatment."),
        ("The gel is recommended in pregnancy.", "The gel is advised against in pregnancy."),
        (
            "Falls were rarer in women who trained than in those who did.",
            "Women who trained fell less often than those who did not.",
        ),
        ("Colds became a little longer.", "The spray shortened colds a little."),
    ],
)
def test_what_only_seems_the_same_is_caught(text: str, source: str) -> None:
    assert messages(text, source)
