from typing import Any

import pytest

from caveat.errors import MalformedEvent
from caveat.readable import Day
from services.renderer.core import page_of
from services.renderer.page import Mark, Page
from tests.builders import a_document, a_refusal

SHA256 = "ab" * 32


def a_page(document: dict[str, Any] | None = None) -> Page:
    return page_of(document or a_document(), SHA256)


def a_citation(number: int, source: str) -> dict[str, Any]:
    return a_document()["citations"]["c1"] | {"n": number, "source": source}


def a_document_of_two_sources() -> dict[str, Any]:
    document = a_document()
    source = document["sources"]["src_one"]
    document["sources"]["src_two"] = source | {
        "publisher": "An institute",
        "updated_on": "2026-03-11",
        "rests_on": None,
    }
    document["citations"] = {
        "c1": a_citation(1, "src_two"),
        "c2": a_citation(2, "src_one"),
        "c10": a_citation(3, "src_two"),
    }
    document["sentences"]["s1"]["citations"] = ["c2", "c1", "c10"]
    return document


def test_gives_a_sentence_each_of_its_sources_once_in_its_own_order() -> None:
    page = a_page(a_document_of_two_sources())

    assert page.summary[0].marks == (
        Mark(2, "Demo note, A journal 2022", "c2"),
        Mark(1, "An institute 2026", "c1"),
    )


def test_lists_sources_by_number_with_each_quote_once() -> None:
    page = a_page(a_document_of_two_sources())

    assert [(s.number, s.publisher, len(s.quotes)) for s in page.sources] == [
        (1, "An institute", 1),
        (2, "Caveat demonstration notes", 1),
    ]


@pytest.mark.parametrize(
    ("publisher", "dated", "label"),
    [
        ("National Cancer Institute", "2026-03-11", "National Cancer Institute 2026"),
        ("Current Oncology; DOI seen", "2025", "Current Oncology 2025"),
        ("National Heart, Lung, and Blood Institute (US)", None, "National Heart, Lung, and\u2026"),
        ("(untitled)", "unknown", "(untitled)"),
        ("A review, copy on example.org", "spring 2022", "A review"),
    ],
)
def test_a_chip_says_briefly_who_and_when(publisher: str, dated: str | None, label: str) -> None:
    document = a_document()
    document["sources"]["src_one"] |= {
        "publisher": publisher,
        "updated_on": dated,
        "rests_on": None,
    }

    assert a_page(document).summary[0].marks[0].label == label


def test_what_was_cut_around_a_quote_begins_and_ends_with_whole_words() -> None:
    document = a_document()
    document["citations"]["c1"]["selector"] |= {
        "prefix": "ouble absorbing iron from foods. ",
        "suffix": " In women heavy periods can be a",
    }

    quote = a_page(document).sources[0].quotes[0]

    assert quote.before == "\u2026 absorbing iron from foods. "
    assert quote.after == " In women heavy periods can be \u2026"


def test_sentences_on_the_same_words_share_a_quote() -> None:
    document = a_document()
    document["citations"]["c2"] = a_citation(1, "src_one") | {"supports": ["s3"]}

    source = a_page(document).sources[0]

    assert [quote.citation_ids for quote in source.quotes] == [("c1", "c2")]
    assert source.sentences == 2


def test_lists_what_was_found_and_not_cited_last_and_without_a_number() -> None:
    document = a_document()
    document["sources"]["src_a"] = document["sources"]["src_one"]

    assert [source.number for source in a_page(document).sources] == [1, 0]


def test_counts_removed_sentences_by_rule_and_says_why() -> None:
    document = a_document()
    [edit] = document["guard"]["edits"]
    document["guard"]["edits"] = [
        edit,
        edit | {"sentence": "s8"},
        edit | {"check": "no.such.family", "sentence": "s7"},
    ]

    checked = a_page(document).checked

    assert checked is not None
    assert [(e.count, e.reason, e.rule_id) for e in checked.edits] == [
        (2, "it read as advice to one person", "advice.directive"),
        (1, "it broke a rule of the policy", "no.such.family"),
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2026-05-02", Day("2 May 2026", "2026-05-02")),
        ("2026-05-02T10:00:00Z", Day("2 May 2026", "2026-05-02")),
        ("2026-05", Day("May 2026", "2026-05")),
        ("2022", Day("2022", "2022")),
        ("2026-02-31", Day("2026-02-31")),
        ("spring 2022", Day("spring 2022")),
        (None, Day("date unknown")),
        ("", Day("date unknown")),
    ],
)
def test_writes_dates_for_people_and_guesses_none(written: str | None, shown: Day) -> None:
    document = a_document()
    document["sources"]["src_one"]["updated_on"] = written

    assert a_page(document).sources[0].dated == shown


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " https://example.org",
        "https://example.org/\nx",
        'https://example.org/"onclick="x',
        "https://good.example@evil.example/",
        "https://",
        "http://[broken",
        "//evil.example",
        "data:text/html,x",
        "https://example.org/\u202egpj.exe",
    ],
)
def test_makes_no_link_of_an_address_that_is_not_plainly_of_the_web(address: str) -> None:
    document = a_document()
    document["sources"]["src_one"]["url"] = address
    document["citations"]["c1"]["live_url"] = address

    [source] = a_page(document).sources

    assert source.url == ""
    assert source.quotes[0].url == ""


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("/", "/"),
        ("/a?b=c#d", "/a?b=c#d"),
        ("https://example.org/help", "https://example.org/help"),
        ("//evil.example", ""),
        ("/\\evil.example", ""),
        ("javascript:alert(1)", ""),
        ("help", ""),
    ],
)
def test_a_way_to_help_leads_to_this_site_or_the_web(href: str, kept: str) -> None:
    refusal = a_refusal()
    refusal["outcome"]["you_can"] = [{"label": "Go", "href": href}]

    outcome = a_page(refusal).outcome

    assert outcome is not None
    assert outcome.you_can[0].href == kept


@pytest.mark.parametrize(
    ("tel", "dial"),
    [("911", "911"), ("+44 (0)20 7946", "+440207946"), ("text HOME to 741741", ""), ("x", "")],
)
def test_only_a_number_can_be_dialled(tel: str, dial: str) -> None:
    refusal = a_refusal()
    refusal["care"]["contacts"][0]["tel"] = tel

    care = a_page(refusal).care

    assert care is not None
    assert (care.contacts[0].tel, care.contacts[0].dial) == (tel, dial)


def test_keeps_every_text_on_one_line_and_in_its_order() -> None:
    page = a_page(a_document(title="One\ntwo\x1b[31m\u2028three \u202eruof"))

    assert page.title == "One two [31m three ruof"


@pytest.mark.parametrize("code", ["emergency", "crisis"])
def test_nothing_of_the_guards_figures_competes_with_a_care_card(code: str) -> None:
    refusal = a_refusal()
    refusal["outcome"]["code"] = code

    assert a_page(refusal).checked is None


@pytest.mark.parametrize("status", ["insufficient_evidence", "refused", "failed"])
def test_every_other_status_is_a_page_with_its_outcome(status: str) -> None:
    page = a_page(a_refusal(status=status, care=None))

    assert page.outcome is not None
    assert page.outcome.headline == "This may be an emergency"
    assert not page.published


def _without(name: str) -> dict[str, Any]:
    return {key: value for key, value in a_document().items() if key != name}


@pytest.mark.parametrize(
    "document",
    [
        a_document(schema="caveat/answer/2"),
        a_document(status="draft"),
        a_document(status="refused"),
        a_document(dir="up"),
        a_document(version=True),
        a_document(title=7),
        a_document(summary={"sentences": ["s99"]}),
        a_document(summary={"sentences": [7]}),
        a_document(sources={}),
        a_document(notices=["text"]),
        a_document(citations={"c1": a_citation(0, "src_one")}),
        a_document(citations={}),
        a_document(sections=[{"heading": {"text": "x"}, "blocks": [{"type": "image"}]}]),
        *(_without(name) for name in ("id", "question_id", "disclaimers", "guard", "trace_id")),
    ],
)
def test_refuses_a_document_of_another_shape(document: dict[str, Any]) -> None:
    with pytest.raises(MalformedEvent):
        a_page(document)


def test_refuses_two_sources_under_one_number() -> None:
    document = a_document_of_two_sources()
    document["citations"]["c2"]["n"] = 1

    with pytest.raises(MalformedEvent, match="share a number"):
        a_page(document)
