from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from caveat.errors import CorpusUnreadable
from caveat.model import Passage
from services.retriever.index import IndexWriter, TantivyIndex
from services.retriever.ports import PassageIndex, Ranking
from tests.unit.retriever.builders import FakeIndex, a_passage

Make = Callable[[Sequence[Passage]], PassageIndex]


@pytest.fixture(params=["tantivy", "fake"])
def index_of(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    def make(passages: Sequence[Passage]) -> PassageIndex:
        if request.param == "fake":
            return FakeIndex(passages)
        writer = IndexWriter(tmp_path)
        for passage in passages:
            writer.add(passage)
        writer.finish()
        return TantivyIndex(tmp_path, {p.passage_id: p for p in passages}.get)

    return make


def texts(ranking: Ranking) -> list[str]:
    return [hit.passage.text for hit in ranking.hits]


def names(ranking: Ranking) -> dict[str, int]:
    return {concept.name: concept.passages for concept in ranking.concepts}


def test_puts_the_passage_that_speaks_of_more_first(index_of: Make):
    index = index_of([a_passage("Fever occurs."), a_passage("Fever and rash occur.")])

    ranking = index.search("fever rash", 10)

    assert texts(ranking) == ["Fever and rash occur.", "Fever occurs."]
    assert ranking.hits[0].held == {"fever", "rash"}
    assert ranking.size == 2


def test_finds_other_forms_of_a_word_and_counts_their_passages(index_of: Make):
    index = index_of([a_passage("Transfusions help."), a_passage("A transfusion helps.")])

    ranking = index.search("transfusions", 10)

    assert len(ranking.hits) == 2
    assert [concept.passages for concept in ranking.concepts] == [2]


def test_counts_unknown_words_and_leaves_out_the_words_of_questions(index_of: Make):
    ranking = index_of([a_passage("It is what it is.")]).search("what is a zebra", 10)

    assert ranking.hits == ()
    assert names(ranking) == {"zebra": 0}


@pytest.mark.parametrize("spelling", ["CAR-T", "CAR T-cell", "CART", "car\u2011t cells", "Car T"])
@pytest.mark.parametrize("written", ["CAR T-cell therapy", "CAR-T", "CART cells"])
def test_finds_every_spelling_of_car_t(index_of: Make, spelling: str, written: str):
    ranking = index_of([a_passage(f"On {written}."), a_passage("On a carp.")]).search(spelling, 10)

    assert texts(ranking) == [f"On {written}."]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("graft versus host disease", "graft-versus-host disease"),
        ("graft-versus-host disease", "GVHD"),
        ("follow-up", "follow up"),
        ("myelodysplastic syndromes", "MDS"),
        ("iron deficiency anaemia", "iron-deficiency anemia"),
        ("don't", "don\u2019t"),
    ],
)
def test_no_hyphen_abbreviation_or_spelling_hides_a_word(index_of: Make, text: str, written: str):
    ranking = index_of([a_passage(f"On {written}.")]).search(f"zebra {text}", 10)

    assert (texts(ranking) == [f"On {written}."]) is (text != "don't")  # "don't" asks for nothing


@pytest.mark.parametrize(
    "text", ["fever AND (", '"fever', "text:fever^", "fever~2 [a TO *", "+fever -\\", "fever\0/ü€𝄞"]
)
def test_nothing_typed_is_a_syntax_error(index_of: Make, text: str):
    assert texts(index_of([a_passage("Fever.")]).search(text, 10)) == ["Fever."]


@pytest.mark.parametrize("text", ["", "   ", "?!", "what is it", "\ud800"])
def test_a_text_without_words_finds_nothing(index_of: Make, text: str):
    assert index_of([a_passage("Fever.")]).search(text, 10).hits == ()


def test_gives_no_more_hits_than_asked_for(index_of: Make):
    index = index_of([a_passage(f"Fever {number}.") for number in range(5)])

    assert len(index.search("fever", 3).hits) == 3


def test_looks_into_headings_and_subjects_too(index_of: Make):
    index = index_of([a_passage("Rash.", heading="Signs of fever", subject="CAR T-cell therapy")])

    assert index.search("fever", 10).hits[0].held == {"fever"}
    assert index.search("car-t", 10).hits[0].held == {"cart"}


def test_tells_when_a_query_names_the_whole_subject(index_of: Make):
    index = index_of([a_passage("Rash.", subject="Myelodysplastic syndromes (MDS)")])

    assert index.search("rash in mds", 10).hits[0].on_subject
    assert not index.search("rash", 10).hits[0].on_subject


def test_counts_an_aspect_as_one_under_all_its_names(index_of: Make):
    ranking = index_of([a_passage("Side effects occur.")]).search("adverse reactions", 10)

    assert [(c.passages, c.is_aspect) for c in ranking.concepts] == [(1, True)]


def test_bounds_the_words_of_a_very_long_text(index_of: Make):
    words = " ".join(f"word{number}" for number in range(5000))

    assert len(index_of([a_passage("Fever.")]).search(words, 10).concepts) == 64


def test_an_index_that_cannot_be_opened_is_an_unreadable_corpus(tmp_path: Path):
    with pytest.raises(CorpusUnreadable, match=str(tmp_path)):
        TantivyIndex(tmp_path, {}.get)
