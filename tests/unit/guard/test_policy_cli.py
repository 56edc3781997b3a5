import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from caveat.cli.main import app, exit_status_of
from caveat.errors import DependencyMissing
from services.guard.policy_diff import Change, changes, unversioned
from tests.unit.guard.builders import POLICY_PATH

TEXT = POLICY_PATH.read_text()


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(app, ["policy", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def a_file(folder: Path, *changes: tuple[str, str], name: str = "policy.yaml") -> str:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / name
    path.write_text(text)
    return str(path)


def line_of(text: str) -> int:
    return next(n for n, line in enumerate(TEXT.splitlines(), 1) if text in line)


@pytest.mark.parametrize("command", ["lint", "test"])
def test_a_sound_policy_is_said_to_be_sound(command: str) -> None:
    done = run(command, str(POLICY_PATH))

    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize("command", ["lint", "test"])
def test_faults_are_told_with_their_lines(tmp_path: Path, command: str) -> None:
    path = a_file(tmp_path, ("action: drop", "action: dorp"), ("publisher:", "publishr:"))

    done = run(command, path)

    assert done.exit_code == 1
    assert f"{path}:{line_of('action: drop')}: rules.advice.directive.action" in done.stdout
    assert f"{path}:{line_of('publisher:')}: publishr: no such entry" in done.stdout


def test_faults_are_told_to_programs_too(tmp_path: Path) -> None:
    done = run("lint", "--json", a_file(tmp_path, ("minimum_clinical: 1", "minimum_clinical: 0")))

    assert done.exit_code == 1
    [fault] = json.loads(done.stdout)["faults"]
    assert (fault["line"], fault["where"]) == (line_of("minimum_clinical"), "minimum_clinical")


def test_a_failing_example_is_told_with_its_line(tmp_path: Path) -> None:
    path = a_file(tmp_path, ("- Stop taking lenalidomide.", "- Lenalidomide is a drug."))

    done = run("test", path)

    assert done.exit_code == 1
    assert f"{path}:{line_of('- Stop taking lenalidomide.')}: " in done.stdout
    told = json.loads(run("test", "--json", path).stdout)
    [failed] = told["failed"]
    assert failed == {
        "line": line_of("- Stop taking lenalidomide."),
        "rule_id": "advice.directive",
        "text": "Lenalidomide is a drug.",
        "should_fire": True,
    }
    assert told["examples"] > 60


@pytest.mark.parametrize("arguments", [["lint"], ["test"], ["diff", str(POLICY_PATH)]])
def test_a_file_that_is_not_there_is_a_missing_dependency(
    tmp_path: Path, arguments: list[str]
) -> None:
    done = CliRunner().invoke(app, ["policy", *arguments, str(tmp_path / "none.yaml")])

    assert isinstance(done.exception, DependencyMissing)
    assert exit_status_of(done.exception) == 69


def test_a_wrong_use_is_a_usage_error() -> None:
    assert CliRunner().invoke(app, ["policy", "lint"]).exit_code == 2
    assert CliRunner().invoke(app, ["policy", "diff", str(POLICY_PATH)]).exit_code == 2


def test_two_equal_policies_differ_in_nothing(tmp_path: Path) -> None:
    done = run(
        "diff", str(POLICY_PATH), a_file(tmp_path, ("minimum_clinical: 1", "minimum_clinical:  1"))
    )

    assert (done.exit_code, done.stdout) == (0, "no changes\n")


def test_shows_what_changes(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        ("action: drop", "action: warn"),
        ("sentences: 200", "sentences: 20"),
        ("It is not medical advice", "It is no advice"),
        ("title: This may be an emergency", "title: Act now"),
        ("- Stop taking lenalidomide.", "- Stop taking azacitidine."),
        ('tel: "999"', 'tel: "112"'),
    )

    done = run("diff", str(POLICY_PATH), path)

    assert done.exit_code == 0
    for line in (
        "~ rules.advice.directive.action: drop -> warn",
        "~ rules.form.oversize.thresholds.sentences: 200 -> 20",
        "~ disclaimers.top.text",
        "~ pages.emergency.title: This may be an emergency -> Act now",
        "+ rules.advice.directive.examples.fire: Stop taking azacitidine.",
        "- rules.advice.directive.examples.fire: Stop taking lenalidomide.",
        "+ contacts.emergency: region GB, label Emergency services, tel 112",
    ):
        assert line in done.stdout
    assert "disclaimers.top has new words and its old version" in done.stderr

    told = json.loads(run("diff", "--json", str(POLICY_PATH), path).stdout)
    assert told["same_version"] == ["disclaimers.top"]
    assert {"kind": "changed", "where": "rules.advice.directive.action", "before": "drop",
            "after": "warn"} in told["changes"]  # fmt: skip


def test_a_policy_of_an_older_code_can_still_be_compared(tmp_path: Path) -> None:
    start = TEXT.index("  form.oversize:")
    older = TEXT[start : TEXT.index("  safety.crisis:")]

    done = run("diff", a_file(tmp_path, (older, "")), str(POLICY_PATH))

    assert done.exit_code == 0
    assert done.stdout.startswith("+ rules.form.oversize: severity error, action drop")


def test_what_has_no_form_cannot_be_compared(tmp_path: Path) -> None:
    done = run("diff", str(POLICY_PATH), a_file(tmp_path, ("action: drop", "action: dorp")))

    assert done.exit_code == 1
    assert "rules.advice.directive.action" in done.stdout


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ({}, {}, []),
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": True}, [Change("changed", "a", 1, True)]),
        ({"a": 1}, {"a": 2}, [Change("changed", "a", 1, 2)]),
        ({"a": 1}, {"b": 1}, [Change("added", "b", after=1), Change("removed", "a", before=1)]),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [Change("changed", "a.b", 1, 2)]),
        ({"a": [1, 2]}, {"a": [2, 3]}, [Change("added", "a", after=3), Change("removed", "a", 1)]),
        ({"a": [1]}, {"a": {}}, [Change("changed", "a", [1], {})]),
    ],
)
def test_finds_each_change(
    before: dict[str, Any], after: dict[str, Any], wanted: list[Change]
) -> None:
    assert list(changes(before, after)) == wanted


def test_an_order_is_a_change_of_its_own() -> None:
    [change] = changes({"a": [1, 2]}, {"a": [2, 1]})

    assert (change.kind, change.where) == ("changed", "a")


def test_new_words_with_a_new_version_are_in_order() -> None:
    before = {"notices": {"reframe": {"id": "x", "version": 1, "text": "a"}}}
    after = {"notices": {"reframe": {"id": "x", "version": 2, "text": "b"}}}

    assert unversioned(changes(before, after)) == ()
    after["notices"]["reframe"]["version"] = 1
    assert unversioned(changes(before, after)) == ("notices.reframe",)
