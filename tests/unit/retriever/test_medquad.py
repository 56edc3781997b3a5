import gzip
import os
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from caveat.errors import PermanentError
from caveat.model import SourceType
from services.retriever.medquad import Tally, question_title, read_medquad
from services.retriever.records import Entry
from tests.unit.retriever.builders import a_file_of, an_answer


def read(path: Path, tally: Tally | None = None, **options: object) -> list[tuple[str, Entry]]:
    return list(read_medquad(path, tally or Tally(), **options))  # type: ignore[arg-type]


def test_an_answer_is_a_source_with_its_provenance(tmp_path: Path):
    [(site, entry)] = read(a_file_of(tmp_path, [an_answer()]))

    assert site == "NHLBI"
    assert entry.source.type is SourceType.PATIENT_SUMMARY
    assert entry.source.title == "What are the symptoms of Anemia?"
    assert entry.source.publisher == "National Heart, Lung, and Blood Institute"
    assert (entry.source.licence, entry.source.tier) == ("CC BY 4.0", 2)
    assert entry.source.retrieved_at == datetime(2017, 1, 1, tzinfo=UTC)
    [passage] = entry.passages
    assert (passage.facet, passage.subject) == ("symptoms", "Anemia")
    assert passage.heading == entry.source.title


@pytest.mark.parametrize(
    ("kind", "facet"),
    [
        ("information", "what_it_is"),
        ("exams and tests", "diagnosis"),
        ("genetic changes", "causes"),
        ("complications", "risks"),
        ("research", "trials"),
        ("support groups", "support"),
        ("stages", "what_it_is"),
    ],
)
def test_the_kind_of_question_gives_the_facet(tmp_path: Path, kind: str, facet: str):
    [(_, entry)] = read(a_file_of(tmp_path, [an_answer(question_type=kind)]))

    assert entry.passages[0].facet == facet


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What is (are) Acne ?", "What is Acne?"),
        ("Who is at risk for Diabetes? ?", "Who is at risk for Diabetes?"),
        ("What are the treatment(s) for X ?", "What are the treatment for X?"),
        (
            "what research (or clinical trials) is  done ?",
            "What research (or clinical trials) is done?",
        ),
        ("Do you have information about Acne", "Do you have information about Acne"),
    ],
)
def test_titles_read_as_people_write(question: str, title: str):
    assert question_title(question) == title


def test_ids_may_repeat_but_a_text_of_one_page_counts_once(tmp_path: Path):
    tally = Tally()
    lines = [an_answer(), an_answer(answer="Other."), an_answer(question="Again ?")]

    found = read(a_file_of(tmp_path, lines), tally)

    assert len(found) == 2
    assert (tally.repeated, tally.answers.total(), tally.lines) == (1, 2, 3)


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "[]",
        '"text"',
        an_answer(answer="  "),
        an_answer(answer=" - "),
        an_answer(answer=None),
        an_answer(source="ADAM"),
        an_answer(url="javascript:alert(1)"),
        an_answer(answer="lone \ud800 surrogate"),
        {"source": "NHLBI"},
    ],
)
def test_a_broken_line_is_skipped_and_numbered(tmp_path: Path, broken: object):
    tally = Tally()

    found = read(a_file_of(tmp_path, [an_answer(), broken, an_answer(answer="B.")]), tally)  # type: ignore[list-item]

    assert len(found) == 2
    assert tally.broken == [2]
    assert tally.is_too_broken


def test_one_line_in_a_hundred_may_be_broken(tmp_path: Path):
    tally = Tally()
    lines = [an_answer(answer=f"Number {number}.") for number in range(99)]

    read(a_file_of(tmp_path, ["{", *lines]), tally)

    assert tally.broken == [1]
    assert not tally.is_too_broken


def test_reads_one_site_and_no_more_than_asked_for(tmp_path: Path):
    lines = [an_answer(answer=f"{n}.", source=("CDC", "GHR")[n % 2]) for n in range(10)]
    path = a_file_of(tmp_path, lines)

    assert {site for site, _ in read(path, site="CDC")} == {"CDC"}
    assert len(read(path, site="CDC", limit=3)) == 3


def test_reads_compressed_files_and_refuses_torn_ones(tmp_path: Path):
    content = gzip.compress(a_file_of(tmp_path, [an_answer()]).read_bytes())
    whole, torn = tmp_path / "whole.jsonl.gz", tmp_path / "torn.jsonl.gz"
    whole.write_bytes(content)
    torn.write_bytes(content[:-12])

    assert len(read(whole)) == 1
    with pytest.raises(PermanentError, match=r"torn\.jsonl\.gz cannot be read"):
        read(torn)


def test_reads_the_real_collection():
    if "CAVEAT_DATA" not in os.environ:
        pytest.skip("CAVEAT_DATA does not name the folder of data sets")
    path = Path(os.environ["CAVEAT_DATA"]) / "medquad" / "medquad.jsonl.gz"
    tally = Tally()

    entries = [entry for _, entry in islice(read_medquad(path, tally), 400)]

    assert tally.broken == []
    for entry in entries:
        assert "  " not in entry.text
        for passage in entry.passages:
            assert len(passage.text.split()) <= 120
            assert entry.text[passage.start :].startswith(passage.text)
