"""The words that the corpus explains: with the evidence, by name, and never among the hits."""

from pathlib import Path

import pytest

from caveat.errors import CorpusUnreadable, UnknownRecord
from caveat.terms import DEFINITION, names_of
from services.retriever.build import build_demonstration
from services.retriever.core import retrieve
from services.retriever.definitions import MOST_DEFINITIONS, define
from services.retriever.folder import CorpusFolder
from services.retriever.notes import read_notes
from tests.unit.retriever.builders import WORDS, FakeCorpus, a_note, an_entry, current, some_words

NOTES = Path(__file__).resolve().parents[3] / "corpus" / "notes"


def test_evidence_brings_the_definitions_of_its_words_with_their_source():
    corpus = FakeCorpus(WORDS, an_entry("Fever rises when a blast cell grows."))

    evidence = retrieve(corpus, "fever").evidence

    assert [names_of(d)[0] for d in evidence.definitions] == ["blast"]
    assert len(evidence.passages) == 1
    assert {s.url for s in evidence.sources} == {
        "https://example.org/page",
        "https://example.org/words",
    }


def test_evidence_without_such_words_brings_none():
    evidence = retrieve(FakeCorpus(WORDS, an_entry("Fever rises.")), "fever").evidence

    assert evidence.definitions == ()
    assert len(evidence.sources) == 1


def test_evidence_brings_a_bounded_number_of_definitions():
    names = [f"word{chr(97 + n)}" for n in range(MOST_DEFINITIONS + 5)]
    text = "\n\n".join(f"A {name} is one." for name in names)
    corpus = FakeCorpus(some_words(*names, text=text), an_entry(f"Fever: {' '.join(names)}."))

    definitions = retrieve(corpus, "fever").evidence.definitions

    assert [d.heading for d in definitions] == names[:MOST_DEFINITIONS]


def test_no_search_finds_a_definition(tmp_path: Path):
    a_note(tmp_path / "notes", body="## definition: zebra\n\nA zebra is an animal.")
    a_note(tmp_path / "notes", "b", body="## risks: Fever\n\nFever can follow.")
    build_demonstration(tmp_path, tmp_path / "notes")
    version = current(CorpusFolder(tmp_path / "corpus"))

    assert retrieve(version, "zebra").evidence.passages == ()
    definition, source = define(version, "zebras")
    assert definition.text == "A zebra is an animal."
    assert source.source_id == definition.source_id
    assert version.passage(definition.passage_id) == definition
    assert version.description.passages == 2


def test_a_passage_that_quotes_the_records_is_no_definition(tmp_path: Path):
    a_note(tmp_path / "notes", body='## risks: "facet": "definition"\n\n"facet": "definition".')
    build_demonstration(tmp_path, tmp_path / "notes")

    assert current(CorpusFolder(tmp_path / "corpus")).vocabulary.definitions == ()


@pytest.mark.parametrize("term", ["", "iron", "x" * 5000, "ferritin and blast"])
def test_a_word_that_nobody_explains_is_unknown(term: str):
    with pytest.raises(UnknownRecord, match="explains no such word"):
        define(FakeCorpus(WORDS), term)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("## definition: blast\n\nA blast is a cell. It is young.", "17: a definition is one sent"),
        ("## definition: blast\n\nA blast is a cell", "one sentence"),
        (
            "## definition: blast\n\nA blast is a cell.\n\nA blast is young.",
            "a definition is one paragraph",
        ),
        ("## definition: blast\n\nFerritin stores iron.", "does not say 'blast'"),
        (f"## definition: blast\n\nA blast is {'very ' * 30}young.", "at most 25 words"),
        (
            "## definition: blast\n\nA blast is one.\n\n## definition: a / BLAST\n\nA is a blast.",
            "'BLAST' is explained already, in .*a-note.md: 'blast'",
        ),
    ],
)
def test_what_is_no_definition_is_a_fault_of_the_note(tmp_path: Path, body: str, fault: str):
    a_note(tmp_path, body=body)

    with pytest.raises(CorpusUnreadable, match=fault):
        read_notes(tmp_path)


def test_the_demonstration_explains_the_words_of_its_subjects(tmp_path: Path):
    build_demonstration(tmp_path, NOTES)
    version = current(CorpusFolder(tmp_path / "corpus"))

    for term in ("MDS", "CAR-T", "stem cell transplant", "phase 2", "blasts", "bone marrow",
                 "anaemia", "ferritin", "HMA", "IPSS-R", "HbA1c"):  # fmt: skip
        definition, source = define(version, term)
        assert definition.facet == DEFINITION
        assert source.rests_on is not None
