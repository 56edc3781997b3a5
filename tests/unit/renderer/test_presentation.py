from html.parser import HTMLParser
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


ORDER = (
    "Is CAR-T cell therapy available for MDS?",
    "Myelodysplastic syndromes (MDS)",
    "Written by software, not reviewed by a doctor · Sources gathered by 22 November 2026",
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
    "consumer 2026.11.2",
    "1 sentence removed: it read as advice to one person (advice.directive)",
    "This is not medical advice.",
    "ans_0123456789abcdefghijklmnop",
    "dec_1",
    SHA256,
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "caveat verify",
)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_keeps_the_order_of_a_published_page(media_type: str) -> None:
    content = rendered(a_document(), media_type)
    if media_type == HTML:
        content = Seen(content.partition("<body>")[2]).text

    at = 0
    for expected in ORDER:
        found = content.find(expected, at)
        assert found >= 0, f"{expected!r} is missing or out of order"
        at = found + len(expected)


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
    if media_type == HTML:
        content = Seen(content.partition("<article")[2].partition(">")[2]).text
    order = [
        "Get help now",
        "Call emergency services now.",
        "Emergency services (US):",
        "911",
        "Call for help now",
        "This may be an emergency",
        "This page cannot help.",
        "Ask a general question later",
        "This is general information.",
        "This is not medical advice.",
    ]

    assert content.lstrip(" *\n").startswith("Get help now")
    places = [content.find(expected) for expected in order]
    assert -1 not in places
    assert places == sorted(places)
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


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_sets_one_space_between_the_sentences_of_a_paragraph(media_type: str) -> None:
    document = a_document()
    document["sections"][0]["blocks"] = [{"type": "paragraph", "sentences": ["s3", "s1", "s2"]}]
    told = [document["sentences"][name]["text"] for name in ("s3", "s1", "s2")]
    content = rendered(document, media_type)

    shown = Seen(content).text if media_type == HTML else content

    assert f"\n{told[0]} {told[1]} [1] {told[2]}\n" in shown


def test_text_sets_the_byline_of_an_unanswered_page_apart() -> None:
    content = rendered(PAGES["insufficient"], TEXT)

    assert "\n  - Ask a general question later\n\nWritten by software, not reviewed" in content


def test_text_never_holds_two_empty_lines_together() -> None:
    for document in PAGES.values():
        content = rendered(document, TEXT)
        assert "\n\n\n" not in content
        assert content.endswith(f"\nverify: caveat verify {document['id']}\n")


def test_html_links_a_sentence_to_its_source() -> None:
    content = rendered(a_document(), HTML)

    assert (
        f'{QUOTE}</span> <a role="doc-biblioref" href="#src-1" '
        'aria-label="Source 1, Caveat demonstration notes">[1]</a>'
    ) in content
    assert '<li id="src-1" value="1">' in content


def test_html_leads_to_the_original_the_help_and_the_telephone() -> None:
    assert set(Seen(rendered(a_full_document(), HTML)).values("href")) == {
        "#answer",
        "#src-1",
        "https://example.org/review",
    }
    assert set(Seen(rendered(a_refusal(), HTML)).values("href")) == {"#answer", "tel:911", "/"}


@pytest.mark.parametrize("document", PAGES.values(), ids=PAGES)
def test_html_is_a_whole_page_with_landmarks_and_no_duplicate_ids(
    document: dict[str, Any],
) -> None:
    content = rendered(document, HTML)
    seen = Seen(content)

    assert content.startswith('<!doctype html>\n<html lang="en" dir="ltr">')
    for once in ("title", "main", "article", "h1", "footer"):
        assert seen.tags.count(once) == 1
    ids = seen.values("id")
    assert len(ids) == len(set(ids))
    targets = [href[1:] for href in seen.values("href") if href.startswith("#")]
    assert set(targets) | set(seen.values("aria-labelledby")) <= set(ids)


@pytest.mark.parametrize("document", PAGES.values(), ids=PAGES)
def test_html_closes_every_element_it_opens(document: dict[str, Any]) -> None:
    open_elements: list[str] = []

    class Balanced(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            if tag != "meta":
                open_elements.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_elements.pop() == tag

    Balanced().feed(rendered(document, HTML))
    assert open_elements == []


def test_html_needs_no_script_and_no_style_of_its_own() -> None:
    for document in PAGES.values():
        seen = Seen(rendered(document, HTML))

        assert not {"script", "style", "iframe", "img", "form", "object"} & set(seen.tags)
        assert not [name for name, _ in seen.attributes if name == "style" or name[:2] == "on"]


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
    with pytest.raises(DependencyMissing, match=r"page\.txt\.j2 cannot be used"):
        Presentation(tmp_path)
