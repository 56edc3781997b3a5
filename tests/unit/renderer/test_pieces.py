"""Sentences in pieces: where words and emphasis begin and end."""

from typing import Any

import pytest

from caveat.errors import MalformedEvent
from services.renderer.core import page_of
from services.renderer.page import Piece
from tests.unit.renderer.builders import SHA256, a_full_document, rendered


def a_term(start: int, end: int, term: str = "t1") -> dict[str, Any]:
    return {"start": start, "end": end, "term": term}


def a_span(start: int, end: int, style: str = "strong") -> dict[str, Any]:
    return {"start": start, "end": end, "style": style}


def pieces_with(text: str, **marks: list[dict[str, Any]]) -> tuple[Piece, ...]:
    document = a_full_document()
    document["sentences"]["s1"] |= {"text": text} | marks
    [sentence] = page_of(document, SHA256).summary
    assert "".join(piece.text for piece in sentence.pieces) == sentence.text
    return sentence.pieces


def test_a_sentence_without_marks_is_one_piece():
    assert pieces_with("Rest helps.") == (Piece("Rest helps."),)


def test_a_term_is_a_piece_of_its_own():
    assert pieces_with("Each T cell rests.", terms=[a_term(5, 11)]) == (
        Piece("Each "),
        Piece("T cell", "t1"),
        Piece(" rests."),
    )


def test_a_whole_sentence_may_be_a_term():
    assert pieces_with("T cell", terms=[a_term(0, 6)]) == (Piece("T cell", "t1"),)


def test_emphasis_may_begin_inside_a_term():
    assert pieces_with("T cells rest", terms=[a_term(0, 7)], spans=[a_span(2, 12)]) == (
        Piece("T ", "t1"),
        Piece("cells", "t1", "strong"),
        Piece(" rest", "", "strong"),
    )


def test_offsets_are_of_the_signed_text_and_not_of_what_is_shown():
    text = "\U0001d11e \u202eT cell\u202c\u0007rests"

    assert pieces_with(text, terms=[a_term(3, 9)]) == (
        Piece("\U0001d11e "),
        Piece("T cell", "t1"),
        Piece(" rests"),
    )


@pytest.mark.parametrize(
    ("marks", "fault"),
    [
        ({"terms": [a_term(5, 99)]}, "leaves its text"),
        ({"terms": [a_term(-1, 3)]}, "leaves its text"),
        ({"terms": [a_term(3, 3)]}, "leaves its text"),
        ({"terms": [a_term(5, 2)]}, "leaves its text"),
        ({"terms": [a_term(0, 4), a_term(3, 6)]}, "terms overlap"),
        ({"terms": [a_term(0, 4), a_term(0, 4)]}, "terms overlap"),
        ({"spans": [a_span(0, 4), a_span(3, 6)]}, "spans overlap"),
        ({"terms": [a_term(0, 4, "t9")]}, "unknown term"),
        ({"spans": [a_span(0, 4, "blink")]}, "unknown style"),
        ({"terms": [{"start": 0, "end": 4}]}, "term is not str"),
        ({"terms": [a_term(0, 4) | {"start": True}]}, "start is not int"),
        ({"terms": ["t1"]}, "not an object"),
    ],
)
def test_marks_that_do_not_fit_are_malformed(marks: dict[str, Any], fault: str):
    with pytest.raises(MalformedEvent, match=fault):
        pieces_with("Each T cell rests.", **marks)


def test_words_are_explained_in_the_order_of_their_first_use():
    document = a_full_document()
    words = {f"t{n}": {"term": f"Word {n}", "sentence": "s4"} for n in (1, 10, 2)}

    page = page_of(document | {"glossary": words}, SHA256)

    assert [(t.term_id, t.term) for t in page.terms] == [
        ("t1", "Word 1"),
        ("t2", "Word 2"),
        ("t10", "Word 10"),
    ]


@pytest.mark.parametrize("media_type", ["text/html", "text/markdown", "text/plain"])
def test_every_format_explains_the_words(media_type: str):
    shown = rendered(a_full_document(), media_type)

    assert "Words explained" in shown
    assert "T cells are white blood cells." in shown
