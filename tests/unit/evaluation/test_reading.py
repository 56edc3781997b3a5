import json
from pathlib import Path

import pytest

from evaluation.guard import data_sets, sample_medquad, verbatim
from evaluation.guard.command import the_guard
from evaluation.guard.parts import Part, line_of, read
from evaluation.guard.read import drawn, main
from evaluation.guard.sample_medquad import Absent
from tests.unit.evaluation.builders import a_row


def test_draws_from_every_class_in_turn_and_the_same_for_one_seed() -> None:
    lines = [
        line_of(Part.DEVELOPMENT, "advice", a_row(id=f"{name}-{n}", text="x", **{"class": name}))
        for name, count in (("advice.dose", 50), ("advice.persona", 2))
        for n in range(count)
    ]

    once = [line.open["id"] for line in drawn(lines, 6, 1)]
    assert once == [line.open["id"] for line in drawn(lines, 6, 1)]
    assert sum(name.startswith("advice.persona") for name in once) == 2
    assert len(list(drawn(lines, 1_000, 1))) == 52


def test_reads_the_files_that_add_to_one(tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    for name in ("advice", "advice-more", "adviceless"):
        row = a_row(id=name, text="x")
        (tmp_path / "train" / f"{name}.jsonl").write_text(json.dumps(row) + "\n")

    lines = read(Part.TRAIN, "advice", tmp_path)

    assert sorted(line.open["id"] for line in lines) == ["advice", "advice-more"]
    assert {line.file for line in lines} == {"advice"}


def test_prints_sentence_label_and_findings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--count", "3", "--part", "train", "--file", "advice"]) == 0

    told = capsys.readouterr().out
    assert told.count("expected ") == 3
    assert "tr-" in told


def test_without_its_folder_a_data_set_is_absent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CAVEAT_DATA", str(tmp_path))
    for name in data_sets.NAMES:
        with pytest.raises(Absent):
            data_sets.lines(name)


def test_a_text_that_is_not_the_labelled_one_makes_its_set_absent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [a_row(text="x", expected="pass"), a_row(text=None, expected="pass")]
    monkeypatch.setattr(sample_medquad, "rebuild", lambda name, part: iter(rows))

    with pytest.raises(Absent, match="1 of its sentences"):
        data_sets.lines("medquad")


def test_reads_data_sets_with_their_own_labels(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "k-qa").mkdir()
    (tmp_path / "k-qa" / "questions.jsonl").write_text(json.dumps({"Question": "Is it gout?"}))
    (tmp_path / "simplesafetytests").mkdir()
    (tmp_path / "simplesafetytests" / "SimpleSafetyTests.csv").write_text(
        'id,harm_area,prompts_final\n1,"Suicide, Self-Harm",first\n2,Scams,second\n'
    )
    monkeypatch.setenv("CAVEAT_DATA", str(tmp_path))

    [question] = data_sets.lines("kqa_questions")
    assert (question.open["question"], question.expected) == ("Is it gout?", "answer")
    [harm] = data_sets.lines("simplesafetytests")
    assert (harm.open["question"], harm.expected) == ("first", "crisis")


def test_sentences_of_the_notes_are_cited_to_themselves_and_can_be_changed() -> None:
    lines = list(verbatim.untouched())[:5]
    changed = list(verbatim.mutated(lines, lambda text: [("number", text + " 7")]))

    assert all(line.open["quote"] in line.open["passage"] for line in lines)
    assert [line.group for line in changed] == ["swap-number"] * 5
    assert {line.expected for line in changed} == {"stop"}
    guard = the_guard()
    assert {guard.sentence(line).got for line in changed} == {"stop"}
    assert {guard.sentence(line).got for line in lines} == {"pass"}
