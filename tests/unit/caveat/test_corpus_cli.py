import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from caveat.cli.corpus import app
from caveat.cli.main import exit_status_of
from caveat.errors import CaveatError
from services.retriever.folder import CorpusFolder
from tests.unit.retriever.builders import a_file_of, a_note, an_answer


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CAVEAT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    a_note(tmp_path / "notes", title="On fever")
    return tmp_path / "notes"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def status_of(outcome: Result) -> int:
    """Say what `caveat` would exit with."""
    if isinstance(outcome.exception, CaveatError):
        return exit_status_of(outcome.exception)
    return outcome.exit_code


def read_json(*arguments: object) -> Any:
    outcome = run(*arguments, "--json")
    assert outcome.exit_code == 0, outcome.output
    return json.loads(outcome.stdout)


def test_builds_the_demonstration_notes(home: Path, notes: Path):
    outcome = run("build", "--notes", notes)

    assert outcome.exit_code == 0
    assert outcome.stdout.startswith("cv_")
    assert "1 sources, 1 passages" in outcome.stdout
    assert outcome.stderr == ""


def test_builds_the_notes_of_the_repository_unless_told_otherwise(home: Path):
    assert read_json("build")["passages"] > 100


def test_a_faulty_note_fails_with_its_line(home: Path, notes: Path):
    a_note(notes, "b-note", topic="gout")

    outcome = run("build", "--notes", notes)

    assert status_of(outcome) == 1
    assert "b-note.md:4: topic cannot be 'gout'" in str(outcome.exception)
    assert not (home / "corpus" / "current").exists()


def test_adds_a_collection_and_sums_up(home: Path, notes: Path, tmp_path: Path):
    run("build", "--notes", notes)
    lines = [an_answer(answer=f"Answer {n}.", source=("CDC", "GHR")[n % 2]) for n in range(200)]

    outcome = run("add", "medquad", a_file_of(tmp_path, [*lines, "{"]))

    assert outcome.exit_code == 0
    assert "added 200 answers; 0 repeated; 1 of 201 lines broken" in outcome.stdout
    assert "1 of 201 lines are broken: 201" in outcome.stderr


def test_adds_a_part_of_a_collection(home: Path, tmp_path: Path):
    lines = [an_answer(answer=f"{n}.", source=("CDC", "GHR")[n % 2]) for n in range(20)]
    file = a_file_of(tmp_path, lines)

    built = read_json("add", "medquad", file, "--source", "GHR", "--limit", 4)

    assert built["collections"] == {"medquad-ghr": {"sources": 4, "passages": 4}}
    assert (built["added"], built["repeated"], built["broken_lines"]) == ({"GHR": 4}, 0, [])


def test_too_many_broken_lines_fail_and_change_nothing(home: Path, notes: Path, tmp_path: Path):
    run("build", "--notes", notes)

    outcome = run("add", "medquad", a_file_of(tmp_path, [an_answer(), "{", "{"]))

    assert status_of(outcome) == 1
    assert "nothing was added: 2 of 3 lines are broken: 2, 3" in str(outcome.exception)
    [version] = read_json("ls")["versions"]
    assert list(version["collections"]) == ["demonstration"]


def test_a_file_without_an_answer_fails(home: Path, tmp_path: Path):
    outcome = run("add", "medquad", a_file_of(tmp_path, []))

    assert status_of(outcome) == 1
    assert "no answer was found" in str(outcome.exception)


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "medquad", "/no/such/file"),
        ("add", "medquad", __file__, "--source", "BBC"),
        ("add", "medquad", __file__, "--limit", "0"),
        ("build", "--notes", "/no/such/folder"),
        ("search", "fever", "--limit", "51"),
        ("show",),
    ],
)
def test_wrong_use_is_told_as_such(home: Path, arguments: tuple[str, ...]):
    assert status_of(run(*arguments)) == 2


@pytest.mark.parametrize("arguments", [("ls",), ("show", "psg_x"), ("search", "fever")])
def test_no_corpus_is_an_unavailable_dependency(home: Path, arguments: tuple[str, ...]):
    outcome = run(*arguments)

    assert status_of(outcome) == 69
    assert "caveat corpus build" in str(outcome.exception)


def test_lists_versions_and_marks_the_current_one(home: Path, notes: Path):
    old = read_json("build", "--notes", notes)["corpus_version"]
    a_note(notes, "b-note")
    new = read_json("build", "--notes", notes)["corpus_version"]

    listed = read_json("ls")["versions"]
    table = run("ls").stdout

    assert [(v["corpus_version"], v["current"]) for v in listed] == [(new, True), (old, False)]
    [marked] = [line for line in table.splitlines() if "*" in line]
    assert new in marked
    assert "demonstration" in marked


def test_lists_the_others_when_an_old_version_is_damaged(home: Path, notes: Path):
    run("build", "--notes", notes)
    folder = CorpusFolder(home / "corpus")
    (folder.versions / folder.pointer().current / "manifest.json").write_text("{")
    a_note(notes, "b-note")
    run("build", "--notes", notes)

    outcome = run("ls")

    assert outcome.exit_code == 0
    assert "is damaged" in outcome.stderr


def test_searches_with_scores(home: Path, notes: Path):
    run("build", "--notes", notes)

    found = read_json("search", "fever")
    told = run("search", "fever").stdout

    [ranked] = found["passages"]
    assert found["found"] == 1
    assert ranked["scorePermille"] == 1000
    assert told.startswith(f"1000  {ranked['passage']['passageId']}  On fever · Fever")
    assert "CAR T-cell therapy can cause fever." in told


def test_a_search_without_a_hit_is_no_failure(home: Path, notes: Path):
    run("build", "--notes", notes)

    outcome = run("search", "zebra")

    assert (outcome.exit_code, outcome.stdout) == (0, "")
    assert "nothing was found" in outcome.stderr
    assert read_json("search", "zebra")["found"] == 0


def test_shows_a_passage_marked_in_its_context(home: Path, notes: Path):
    run("build", "--notes", notes)
    [ranked] = read_json("search", "fever")["passages"]
    passage = ranked["passage"]

    told = run("show", passage["passageId"]).stdout
    shown = read_json("show", passage["passageId"])

    assert ">>> CAR T-cell therapy can cause fever. <<<" in told
    assert "A page: of someone (A publisher, news_report, 2022)" in told
    assert shown["passage"] == passage
    assert shown["source"]["sourceId"] == passage["sourceId"]


def test_shows_a_whole_source(home: Path, notes: Path):
    run("build", "--notes", notes)
    [ranked] = read_json("search", "fever")["passages"]

    shown = read_json("show", ranked["passage"]["sourceId"])

    assert "passage" not in shown
    assert [p["passageId"] for p in shown["passages"]] == [ranked["passage"]["passageId"]]
    assert ">>>" not in run("show", ranked["passage"]["sourceId"]).stdout


def test_an_unknown_id_fails(home: Path, notes: Path):
    run("build", "--notes", notes)

    outcome = run("show", "psg_unknown")

    assert status_of(outcome) == 1
    assert "holds no psg_unknown" in str(outcome.exception)
