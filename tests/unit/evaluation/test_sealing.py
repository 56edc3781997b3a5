"""No sentence of the test part comes out of the program, whatever happens inside."""

from pathlib import Path

import pytest

from evaluation.guard import guarding
from evaluation.guard.command import main
from evaluation.guard.guarding import NotAName, Outcome
from evaluation.guard.parts import Part, SealedLine, read
from evaluation.guard.read import main as read_decisions
from evaluation.guard.showing import told, wrong
from tests.unit.evaluation.builders import CANARY, STOPPED, a_part, an_outcome

RUN = ["--without-data", "--without-timings"]


@pytest.fixture(autouse=True)
def _without_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAVEAT_DATA", raising=False)


def everything_written(capfd: pytest.CaptureFixture[str], out: Path) -> str:
    told = "".join(capfd.readouterr())
    files = [path for path in out.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".md", ".json"}
    return told + "".join(path.read_text() + path.name for path in files)


def run(tmp_path: Path, part: str = "test", *more: str) -> int:
    floors = tmp_path / "floors.json"
    floors.write_text("{}")
    told = ["--part", part, "--out", str(tmp_path / "out"), *RUN, *more]
    folder = a_part(tmp_path / "parts", part)
    return main(told, folder=folder, floors_file=floors, corpus=False)


def test_a_run_over_the_test_part_writes_no_word_of_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path) == 0

    written = everything_written(capfd, tmp_path / "out")
    assert "advice.recall" in written
    assert CANARY not in written.lower()


def test_not_even_when_a_rule_raises_with_the_sentence_in_its_message(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def raises(line: str, policy: object) -> None:
        raise RuntimeError(line)

    monkeypatch.setattr(guarding, "check_line", raises)

    assert run(tmp_path) == 1
    written = everything_written(capfd, tmp_path / "out")
    assert "CRASHED on 5 lines" in written
    assert CANARY not in written.lower()


def test_not_even_when_a_finding_is_named_like_the_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarding, "check_line", lambda line, policy: {"findings": [
        {"rule_id": STOPPED, "message": STOPPED, "start": 0, "end": 1}
    ]})  # fmt: skip

    with pytest.raises(NotAName) as raised:
        run(tmp_path)
    assert CANARY not in str(raised.value)


def test_the_same_run_over_a_readable_part_shows_what_was_wrong(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarding, "check_line", lambda line, policy: {"findings": []})

    assert run(tmp_path, "development", "--show") == 0
    assert STOPPED in capfd.readouterr().out


def test_the_lines_of_the_test_part_cannot_be_asked_for(tmp_path: Path) -> None:
    line = read(Part.TEST, "advice", a_part(tmp_path))[0]

    with pytest.raises(SealedLine):
        _ = line.open
    with pytest.raises(SealedLine):
        told(None, line, an_outcome())  # type: ignore[arg-type] # it raises before it asks
    assert CANARY not in repr(line)


def test_whoever_shows_wrong_lines_fails_on_the_test_part(tmp_path: Path) -> None:
    class Blind:
        def sentence(self, line: object) -> Outcome:
            return an_outcome("pass", "stop")

    lines = read(Part.TEST, "advice", a_part(tmp_path))
    with pytest.raises(SealedLine):
        list(wrong(Blind(), lines))  # type: ignore[arg-type]


@pytest.mark.parametrize("arguments", [["--show"], ["--part", "test", "--show"]])
def test_showing_the_test_part_is_no_option(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    assert "the lines of the test part are not shown" in capsys.readouterr().err


def test_decisions_of_the_test_part_are_not_read_by_hand(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        read_decisions(["--part", "test"])
    assert "invalid choice: 'test'" in capsys.readouterr().err


@pytest.mark.parametrize("field", ["group", "rule", "expected", "got", "attack"])
def test_an_outcome_holds_names_only(field: str) -> None:
    with pytest.raises(NotAName):
        an_outcome(**{field: "Take two tablets"})
