"""Comparing versions of the corpus, finding who is affected, and going back."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from caveat.errors import UnknownRecord
from caveat.model import DecisionRecord
from services.retriever.build import build_demonstration
from services.retriever.folder import CorpusFolder
from tests.builders import a_question_id
from tests.unit.caveat.test_corpus_cli import home, notes, read_json, run, status_of  # noqa: F401
from tests.unit.retriever.builders import a_note

FEVER = "## risks: Fever\n\nCAR T-cell therapy can cause fever."


@pytest.fixture
def folder(home: Path, notes: Path) -> CorpusFolder:  # noqa: F811
    """A corpus of two versions: one passage moved, one changed, one dropped, a note came."""
    body = f"{FEVER}\n\n## risks: Chills\n\nIt can cause chills.\n\n## risks: Rash\n\nAnd a rash."
    a_note(notes, "a-note", title="On fever", body=body)
    run("build", "--notes", notes)
    body = f"## risks: Before\n\nA word before.\n\n{FEVER}\n\n## risks: Chills\n\nOften chills."
    a_note(notes, "a-note", title="On fever", body=body)
    a_note(notes, "b-note", title="On trials", body="## trials: Trials\n\nThere are trials.")
    run("build", "--notes", notes)
    return CorpusFolder(home / "corpus")


def test_shows_what_became_of_each_passage(folder: CorpusFolder):
    told = read_json("diff")

    became = {one["text_before"]: one["change"] for one in told["passages"] if one["before"]}
    assert became == {
        "CAR T-cell therapy can cause fever.": "moved",
        "It can cause chills.": "changed",
        "And a rash.": "dropped",
    }
    new = [one["text_after"] for one in told["passages"] if one["change"] == "added"]
    assert sorted(new) == ["A word before.", "There are trials."]
    assert [one["title"] for one in told["sources"]["changed"]] == ["On fever"]
    assert [one["title"] for one in told["sources"]["added"]] == ["On trials"]
    assert told["sources"]["dropped"] == []

    lines = run("diff").stdout.splitlines()
    assert "    - It can cause chills." in lines
    assert "    + Often chills." in lines
    assert not [line for line in lines if "CAR T-cell therapy can cause fever" in line]


def test_a_version_does_not_differ_from_itself(folder: CorpusFolder):
    current = folder.pointer().current

    assert run("diff", current, current).stdout == "no changes\n"


def test_goes_back_and_stays_there_until_the_notes_change(
    folder: CorpusFolder,
    notes: Path,  # noqa: F811
    home: Path,  # noqa: F811
):
    before = folder.pointer()

    assert read_json("rollback") == {"current": before.previous, "instead_of": before.current}
    assert folder.pointer().current == before.previous
    build_demonstration(home, notes)  # as `caveat up` does
    assert folder.pointer().current == before.previous

    a_note(notes, "c-note", title="On another")
    build_demonstration(home, notes)
    assert folder.pointer().current not in (before.previous, before.current)
    assert folder.pointer().instead_of == ""


def test_going_back_twice_is_going_forward_again(folder: CorpusFolder):
    before = folder.pointer()

    run("rollback")
    run("rollback")

    assert folder.pointer().current == before.current


def test_does_not_go_back_to_what_is_damaged_or_unknown(folder: CorpusFolder):
    before = folder.pointer()
    (folder.versions / before.previous / "passages.jsonl").write_text("")

    assert status_of(run("rollback")) == 69
    assert status_of(run("rollback", "cv_unknown")) == 1
    assert folder.pointer() == before


def test_there_is_no_way_back_from_the_first_version(home: Path, notes: Path):  # noqa: F811
    run("build", "--notes", notes)

    for command in ("rollback", "diff"):
        outcome = run(command)
        assert isinstance(outcome.exception, UnknownRecord)


def a_decision(number: int, version: str, *passages: str, **changes: Any) -> DecisionRecord:
    record = {
        "status": "published",
        "answer_id": f"ans_{number}",
        "corpus_version": version.partition(".")[0],
        "rounds": [{"dropped": ["s9"]}],
        "citations": [{"sentence": f"s{n}", "passage": p} for n, p in enumerate(passages)],
    } | changes
    return DecisionRecord(number, a_question_id(), 1, json.dumps(record).encode(), "")


def test_lists_answers_that_cite_what_is_not_as_it_was(
    folder: CorpusFolder, monkeypatch: pytest.MonkeyPatch
):
    pointer = folder.pointer()
    told = read_json("diff")["passages"]
    id_of = {one["change"]: one["before"] for one in told if one["before"]}
    kept = next(one["after"] for one in told if one["change"] == "added")
    uncited = {"citations": [{"sentence": "s9", "passage": id_of["dropped"]}]}
    decisions = [
        a_decision(1, pointer.previous, id_of["moved"], id_of["dropped"]),
        a_decision(2, pointer.previous, id_of["changed"]),
        a_decision(3, pointer.current, kept),
        a_decision(4, pointer.previous, **uncited),  # of a sentence that was dropped
        a_decision(5, pointer.previous, id_of["dropped"], status="refused"),
        a_decision(6, "cv_long_gone", id_of["moved"]),
    ]

    def search(*_: object) -> Iterator[DecisionRecord]:
        yield from decisions

    monkeypatch.setattr("caveat.cli.decisions.search", search)

    found = read_json("affected")
    assert (found["decisions"], found["corpus_version"]) == (6, pointer.current)
    fates = {one["decision"]: [p["fate"] for p in one["passages"]] for one in found["affected"]}
    assert fates == {"dec_1": ["moved", "dropped"], "dec_2": ["changed"], "dec_6": ["dropped"]}
    # Going back would bring those back, and take the new one away.
    fates = {one["decision"] for one in read_json("affected", pointer.previous)["affected"]}
    assert fates == {"dec_3"}

    shutil.rmtree(folder.versions / pointer.previous)
    outcome = run("affected")
    assert outcome.exit_code == 0
    assert "of its passages only the ids are compared" in outcome.stderr
    assert "3 of 6 decisions are affected" in outcome.stderr
