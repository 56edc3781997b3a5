from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from caveat.errors import DependencyMissing, PermanentError
from services.renderer.core import page_of
from services.renderer.presentation import HTML, MARKDOWN, MEDIA_TYPES, TEXT, Presentation
from tests.builders import QUOTE, a_document, a_refusal
from tests.unit.renderer.builders import (
    PAGES,
    PRESENTATION,
    SHA256,
    Seen,
    a_full_document,
    rendered,
)


@pytest.mark.parametrize("document", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_shows_every_sentence(document: dict[str, Any], media_type: str) -> None:
    content = rendered(document, media_type)

    for sentence in document["sentences"].values():
        assert sentence["text"] in content


@pytest.mark.parametrize("document", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_says_how_to_verify_the_page(document: dict[str, Any], media_type: str) -> None:
    content = rendered(document, media_type)
    text = {
        TEXT: content,
        MARKDOWN: content.replace("`", ""),
        HTML: Seen(content).text,
    }[media_type]

    for expected in (
        document["id"],
        document["guard"]["decision_id"],
        document["trace_id"],
        SHA256,
        f"caveat verify {document['id']}",
        document["disclaimers"]["top"]["text"],
        document["disclaimers"]["closing"]["text"],
    ):
        assert expected in text


TITLE = "Is CAR-T cell therapy available for MDS?"
TOPIC = "Myelodysplastic syndromes (MDS)"
BYLINE = {
    TEXT: "Written by software, not reviewed by a doctor · Sources gathered by 22 November 2026",
    HTML: "Written by software, checked by 1 automatic check, not reviewed by a doctor"
    " · Sources gathered by 22 November 2026 · Written 22 November 2026",
}
ORDER = (
    "The sources are demonstrations.",
    "This is general information.",
    "The short answer",
    QUOTE,
    "Where things stand",
    "What we could not find",
    "Questions to take to your appointment",
    "Which trials study CAR T-cell therapy for MDS?",
    "Where this comes from",
    "CAR T-cell therapy and MDS",
    "Caveat demonstration notes",
    "date unknown",
    "A review",
    "How this was checked",
    "Clinical sentences: 1. Cited: 1. Found in the stored source: 1. Removed: 1.",
    "consumer 2026.11.4",
    "1 sentence removed: it read as advice to one person (advice.directive)",
    "This is not medical advice.",
    "ans_0123456789abcdefghijklmnop",
    "dec_1",
    SHA256,
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "caveat verify",
)


@pytest.mark.parametrize("media_type", [TEXT, MARKDOWN])
def test_keeps_the_order_of_a_published_page(media_type: str) -> None:
    assert_in_order((TITLE, TOPIC, BYLINE[TEXT], *ORDER), rendered(a_document(), media_type))


def test_keeps_the_order_of_a_published_page_in_a_browser() -> None:
    content = rendered(a_document(), HTML)

    text = Seen(content.partition("<article")[2].partition(">")[2]).text
    assert_in_order((TOPIC, TITLE, BYLINE[HTML], *ORDER), text)


def assert_in_order(expected: Iterable[str], content: str) -> None:
    at = 0
    for one in expected:
        found = content.find(one, at)
        assert found >= 0, f"{one!r} is missing or out of order"
        at = found + len(one)


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("unreachable", "could not be reached"),
        ("timeout", "did not answer in time"),
        ("refused", "declined to write it"),
        ("unusable", "gave nothing that could be used"),
        ("bored", "could not write it"),
    ],
)
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_says_in_plain_words_that_another_composer_stepped_in(
    media_type: str, reason: str, shown: str
) -> None:
    document = a_document()
    document["by"]["fallback"] = {"composer": "model/m", "reason": reason}

    content = rendered(document, media_type)

    text = Seen(content).text if media_type == HTML else content.replace("\\", "")
    told = text.partition("How this was checked")[2]
    assert f"A language model (model/m) was to write this page and {shown}." in told
    assert "instead" not in rendered(a_document(), media_type).partition("How this was checked")[2]


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_an_emergency_page_begins_with_the_care_card(media_type: str) -> None:
    content = rendered(a_refusal(), media_type)
    headline, title = "This may be an emergency", "Call for help now"
    order = [
        "Get help now",
        "Call emergency services now.",
        "Emergency services (US):",
        "911",
        title,
        headline,
        "This page cannot help.",
        "Ask a general question later",
        "This is general information.",
        "This is not medical advice.",
    ]
    if media_type == HTML:
        content = Seen(content.partition("<article")[2].partition(">")[2]).text
        order.remove(headline)  # it is the title of the card
        order.insert(1, headline)

    assert content.lstrip(" *\n").startswith("Get help now")
    assert_in_order(order, content)
    assert "How this was checked" not in content


def test_text_shows_each_source_with_its_address_and_quote() -> None:
    assert (
        "\n[1] CAR T-cell therapy and MDS\n"
        "    Caveat demonstration notes · demonstration note · date unknown\n"
        "    The note rests on: A review, A journal (review article, 2022)\n"
        "    https://example.org/review\n"
        "    In the note's own words:\n"
        f'    "{QUOTE}" (Where things stand)\n'
    ) in rendered(a_document(), TEXT)


def test_text_ends_a_cited_sentence_with_its_number() -> None:
    assert f"\nThe short answer\n\n{QUOTE} [1]\n\n" in rendered(a_document(), TEXT)


@pytest.mark.parametrize("media_type", [TEXT, MARKDOWN])
def test_sets_one_space_between_the_sentences_of_a_paragraph(media_type: str) -> None:
    document = a_document()
    document["sections"][0]["blocks"] = [{"type": "paragraph", "sentences": ["s3", "s1", "s2"]}]
    told = [document["sentences"][name]["text"] for name in ("s3", "s1", "s2")]
    assert f"\n{told[0]} {told[1]} [1] {told[2]}\n" in rendered(document, media_type)


def test_text_sets_the_byline_of_an_unanswered_page_apart() -> None:
    content = rendered(PAGES["insufficient"], TEXT)

    assert "\n  - Ask a general question later\n\nWritten by software, not reviewed" in content


def test_text_never_holds_two_empty_lines_together() -> None:
    for document in PAGES.values():
        content = rendered(document, TEXT)
        assert "\n\n\n" not in content
        assert content.endswith(f"\nverify: caveat verify {document['id']}\n")


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_renders_the_same_bytes_from_the_same_document(media_type: str) -> None:
    shuffled = dict(reversed(a_full_document().items()))
    shuffled["sources"] = dict(reversed(shuffled["sources"].items()))

    assert rendered(shuffled, media_type) == rendered(a_full_document(), media_type)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_a_page_without_an_answer_does_not_date_the_evidence_it_does_not_have(
    media_type: str,
) -> None:
    undated = {"dates": a_document()["dates"] | {"evidence_as_of": None}}

    assert "Sources gathered" not in rendered(PAGES["insufficient"] | undated, media_type)
    assert "Sources gathered: date unknown" in rendered(a_document(**undated), media_type)


def test_a_page_that_a_person_reviewed_does_not_say_otherwise() -> None:
    document = a_document()
    document["by"]["human_review"] = {"reviewed_on": "2026-11-22"}

    assert "reviewed by a person" in rendered(document, TEXT)
    assert "not reviewed" not in rendered(document, TEXT)


@pytest.mark.parametrize("media_type", ["", "text/htm", "application/pdf"])
def test_names_the_media_types_it_knows(media_type: str) -> None:
    with pytest.raises(PermanentError, match="known: text/plain, text/markdown, text/html"):
        PRESENTATION.render(page_of(a_document(), SHA256), media_type)


def test_does_not_start_without_its_templates(tmp_path: Path) -> None:
    with pytest.raises(DependencyMissing, match=r"answer\.html\.j2 cannot be used"):
        Presentation(tmp_path)
