import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.generator.sentences import CONTEXT, Candidate, spans
from tests.unit.generator.builders import a_passage


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One is here. Two is there.", ["One is here.", "Two is there."]),
        ("Is it so? It is! Good.", ["Is it so?", "It is!", "Good."]),
        ("No end", ["No end"]),
        ("", []),
        (" \n\t ", []),
        ("  One.  Two more.  ", ["One.", "Two more."]),
        (
            "Drugs, e.g. azacitidine, vs. Placebo were given. Then it ended.",
            ["Drugs, e.g. azacitidine, vs. Placebo were given.", "Then it ended."],
        ),
        (
            "Dr. Smith and Prof. Jones agree. They met.",
            ["Dr. Smith and Prof. Jones agree.", "They met."],
        ),
        ("John F. Kennedy spoke. He left.", ["John F. Kennedy spoke.", "He left."]),
        ("In the U.S. FDA it is so. Next.", ["In the U.S. FDA it is so.", "Next."]),
        ("See Fig. 2 and No. 5 in St. Jude. End.", ["See Fig. 2 and No. 5 in St. Jude.", "End."]),
        ("Smith et al. Found it. Yes.", ["Smith et al. Found it.", "Yes."]),
        (
            "People can get hepatitis C. Others take vitamin D. Both occur.",
            ["People can get hepatitis C.", "Others take vitamin D.", "Both occur."],
        ),
        ("It was 24.5 months and 0.5 mg. Good.", ["It was 24.5 months and 0.5 mg.", "Good."]),
        ("About 10,000 a year. 25 of 100 do.", ["About 10,000 a year.", "25 of 100 do."]),
        ('He said "it works." Then he left.', ['He said "it works."', "Then he left."]),
        ("(This is so.) That is not.", ["(This is so.)", "That is not."]),
        ("It \u201cworks.\u201d It ended.", ["It \u201cworks.\u201d", "It ended."]),
        ('It ended. "It works" he said.', ["It ended.", '"It works" he said.']),
        ("Ends at a line\nGoes on here.", ["Ends at a line", "Goes on here."]),
        ("A paragraph.\n\nAnother one.", ["A paragraph.", "Another one."]),
        ("Signs are:\nfever\nchills\n\nNew.", ["Signs are:", "fever", "chills", "New."]),
        ("Visit ClinicalTrials.gov now. End.", ["Visit ClinicalTrials.gov now.", "End."]),
        ("It is del(5q). It is rare.", ["It is del(5q).", "It is rare."]),
        ("Wait... Then go.", ["Wait...", "Then go."]),
    ],
)
def test_finds_the_sentences_of_a_text(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet=st.sampled_from(list("aB1.!?\"') \n\t\u201d\u00e9\U0001f600"))))
def test_no_text_is_lost_and_nothing_is_found_twice(text: str) -> None:
    found = list(spans(text))

    end_before = 0
    for start, end in found:
        assert end_before <= start < end <= len(text)
        assert not text[end_before:start].strip()
        assert text[start:end] == text[start:end].strip()
        end_before = end
    assert not text[end_before:].strip()


@given(st.text())
def test_any_text_has_spans(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize("piece", ["A. ", "e.g. ", "(A", "\n", ". ", "Ab. ", ".\"')"])
def test_takes_a_bounded_time(piece: str) -> None:
    began = time.process_time()
    list(spans((piece * 16_384)[:16_384]))

    assert time.process_time() - began < 0.5  # measured: below 0.1; looking back at all of it: 20


def test_a_quote_points_into_the_stored_text_of_the_source() -> None:
    stored = "\U0001f600 Caf\u00e9 first. " * 5 + "MDS can cause fever. The end is here. " * 3
    begin = 40
    passage = a_passage(stored[begin:], start=begin)

    for start, end in spans(passage.text):
        quote = Candidate(passage, 0, 1000, start, end).quote()

        assert stored[quote.start : quote.end] == quote.exact
        assert stored[: quote.start].endswith(quote.prefix)
        assert stored[quote.end :].startswith(quote.suffix)
        assert len(quote.prefix) <= CONTEXT
        assert len(quote.suffix) <= CONTEXT


def test_a_quote_at_the_edges_has_no_text_around_it() -> None:
    passage = a_passage("MDS can cause fever.")

    quote = Candidate(passage, 0, 1000, 0, len(passage.text)).quote()

    assert (quote.prefix, quote.suffix) == ("", "")


def test_a_candidate_stands_on_one_line_and_quotes_as_it_stands() -> None:
    passage = a_passage("MDS  can\tcause fever.")
    candidate = Candidate(passage, 0, 1000, 0, len(passage.text))

    assert candidate.text == "MDS can cause fever."
    assert candidate.quote().exact == "MDS  can\tcause fever."
