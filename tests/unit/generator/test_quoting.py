import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.generator.quoting import LONGEST_QUOTE, as_quoted, cite
from tests.unit.generator.builders import a_passage

PASSAGE = a_passage(
    "Café first.  MDS can\u2019t be \u201ccured\u201d by rest\n"
    "alone \u2013 in 5\u201310% of people. The end.",
    start=70,
)


@pytest.mark.parametrize(
    ("words", "exact"),
    [
        ("The end.", "The end."),
        ("the END.", "The end."),
        ("  Café first. MDS", "Café first.  MDS"),
        (unicodedata.normalize("NFD", "Café first."), "Café first."),
        ("MDS can't be \"cured\" by rest alone - in 5-10% of people.",
         "MDS can\u2019t be \u201ccured\u201d by rest\nalone \u2013 in 5\u201310% of people."),
    ],
)  # fmt: skip
def test_cites_the_passages_own_words_at_their_place(words: str, exact: str) -> None:
    citation = cite(PASSAGE, words)

    assert citation is not None
    assert citation.passage_id == PASSAGE.passage_id
    quote = citation.quote
    assert quote.exact == exact
    assert PASSAGE.text[quote.start - 70 : quote.end - 70] == exact
    assert PASSAGE.text[: quote.start - 70].endswith(quote.prefix)
    assert PASSAGE.text[quote.end - 70 :].startswith(quote.suffix)


@pytest.mark.parametrize(
    "words",
    ["", " \n ", "MDS can be cured", "5-20%", "The end!", ".*", "first. The end.", "x" * 5000],
)
def test_cites_nothing_that_is_not_there(words: str) -> None:
    assert cite(PASSAGE, words) is None


def test_a_quote_longer_than_any_sentence_is_none() -> None:
    text = "It is so. " * 500
    assert cite(a_passage(text), text[:LONGEST_QUOTE]) is not None
    assert cite(a_passage(text), text[: LONGEST_QUOTE + 1]) is None


@given(st.text(), st.text())
def test_whatever_is_cited_stands_in_the_passage(text: str, words: str) -> None:
    citation = cite(a_passage(text, start=7), words)

    if citation is not None:
        quote = citation.quote
        assert quote.exact.strip()
        assert text[quote.start - 7 : quote.end - 7] == quote.exact


@given(st.text(), st.data())
def test_any_part_of_a_passage_can_be_cited(text: str, data: st.DataObject) -> None:
    text = unicodedata.normalize("NFC", text)
    begin = data.draw(st.integers(0, len(text)))
    part = text[begin : data.draw(st.integers(begin, len(text)))]
    if unicodedata.is_normalized("NFC", part):
        assert (cite(a_passage(text), part) is not None) == bool(part.strip())


def test_takes_a_bounded_time() -> None:
    began = time.process_time()
    cite(a_passage("a " * 8_000), "a " * 499 + "b")

    assert time.process_time() - began < 1


@pytest.mark.parametrize("said", ["the end", "The  end.", "THE END.", "The end"])
def test_a_text_that_says_what_is_quoted_takes_its_spelling(said: str) -> None:
    assert as_quoted(said, cite(PASSAGE, "The end.")) == "The end."


@pytest.mark.parametrize("said", ["The end", "That is the end.", "The end!", "The end. Rest."])
def test_any_other_text_stays_as_the_model_wrote_it(said: str) -> None:
    assert as_quoted(said, cite(PASSAGE, "Café first.")) == said
    assert as_quoted(f" {said}\n", None) == said
