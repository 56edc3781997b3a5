"""What is found in the demonstration notes, and what is not: this is where the thresholds live."""

from pathlib import Path

import pytest

from caveat.model import Intent
from services.retriever.build import build_demonstration
from services.retriever.core import retrieve
from services.retriever.folder import CorpusFolder
from services.retriever.version import Version, open_version

NOTES = Path(__file__).resolve().parents[3] / "corpus" / "notes"


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Version:
    home = tmp_path_factory.mktemp("home")
    build_demonstration(home, NOTES)
    folder = CorpusFolder(home / "corpus")
    return open_version(folder.versions / folder.pointer().current)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Is CAR-T cell therapy available for MDS", "CAR T-cell"),
        ("What are the symptoms of MDS?", "symptoms"),
        ("side effects of luspatercept", "luspatercept"),
        ("graft versus host disease", "GVHD"),
        ("how to treat type 2 diabetes", "diabetes"),
        ("what causes iron deficiency anaemia", "anemia"),
        ("does azacitidine help people live longer", "azacitidine"),
        ("bone marrow transplant risks", "transplant"),
    ],
)
def test_finds_what_the_notes_speak_of(notes: Version, text: str, word: str):
    best, *_ = retrieve(notes, text).evidence.passages

    assert word.casefold() in best.passage.text.casefold()


@pytest.mark.parametrize(
    "text",
    [
        "how do I repair a carburettor",
        "zebra migration patterns",
        "what is the capital of France",
        "recipe for chocolate cake",
        "stock prices of tech companies",
        "what is the weather tomorrow",
        "side effects of zebras",
        "",
    ],
)
def test_finds_nothing_where_the_notes_are_silent(notes: Version, text: str):
    assert retrieve(notes, text).evidence.passages == ()


@pytest.mark.parametrize(
    "text",
    [
        "Is CAR-T cell therapy available for MDS",
        "Is CAR-T cell therapy available for MDS chimeric antigen receptor T-cell "
        "myelodysplastic syndromes",
    ],
)
def test_passages_on_both_things_come_first(notes: Version, text: str):
    evidence = retrieve(notes, text, intent=Intent.AVAILABILITY).evidence

    assert len(evidence.passages) == 12
    for ranked in evidence.passages[:3]:
        words = f"{ranked.passage.subject} {ranked.passage.heading} {ranked.passage.text}"
        assert "CAR T" in words
        assert "MDS" in words or "myelodysplastic" in words


def test_every_spelling_of_car_t_finds_the_same_number(notes: Version):
    found = {retrieve(notes, text).found for text in ("CAR-T", "CART", "car t", "Car\u2011T")}

    assert len(found) == 1
    assert found.pop() > 30


def test_every_passage_is_its_slice_of_the_stored_text(notes: Version):
    for ranked in retrieve(notes, "CAR-T", limit=50).evidence.passages:
        passage = ranked.passage
        stored = notes.entry(passage.source_id)
        assert stored is not None
        assert stored.text[passage.start : passage.start + len(passage.text)] == passage.text
