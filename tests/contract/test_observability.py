"""Dashboards, rules and runbooks agree with one another, and promtool with all of them."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import typer.main
import yaml

from caveat.cli.main import app
from tests.observability import (
    FOLDER,
    ROOT,
    RULE_TESTS,
    RULES,
    RUNBOOKS,
    Names,
    alerts,
    dashboards,
    expressions,
    names_in,
    program,
    rules,
)

TOLD = yaml.safe_load((ROOT / "telemetry.yaml").read_text(encoding="utf-8"))["metrics"]
BESIDES = {
    "up": {"job", "program", "instance"},
    "process_resident_memory_bytes": {"job", "program"},
}
OF_PROMETHEUS = frozenset({"job", "program", "instance", "le"})
ALERTS = sorted({rule["alert"] for rule in alerts()})
PAGES = sorted(RUNBOOKS.glob("Caveat*.md"))


def accepted_by_promtool(*arguments: str | Path) -> bool:
    """Say whether promtool is content; pytest shows what it said if not."""
    done = subprocess.run([program("promtool"), *map(str, arguments)], check=False)
    return done.returncode == 0


@pytest.mark.parametrize(
    ("expression", "metrics", "labels"),
    [
        ('sum by (a, b) (rate(x_total{c="sum(y)",d!~"e"}[5m])) > 0', {"x_total"}, set("abcd")),
        ("sum(x) by (a) / on (b) group_left (c) y:z offset 1h", {"x", "y:z"}, set("abc")),
        ('absent(up{job="caveat"}) or x unless y', {"up", "x", "y"}, {"job"}),
        ("quantile(0.95, sum by (le) (rate(h_bucket[$__rate_interval])))", {"h_bucket"}, {"le"}),
    ],
)  # fmt: skip
def test_takes_expressions_apart(expression: str, metrics: set[str], labels: set[str]) -> None:
    assert names_in(expression) == Names(frozenset(metrics), frozenset(labels))


def labels_of(name: str) -> set[str]:
    """Say which labels a name may have, or fail: it is no metric and no recorded rule of ours."""
    if name in BESIDES:
        return BESIDES[name]
    if name in {rule.get("record") for rule in rules()}:
        return set(OF_PROMETHEUS)
    base = re.sub(r"_(bucket|sum|count)$", "", name)
    for metric in TOLD:
        if metric["name"] == (base if metric["type"] == "histogram" else name):
            return {*metric["labels"], *OF_PROMETHEUS}
    pytest.fail(f"nothing exposes {name}")


@pytest.mark.parametrize(
    "expression", [*expressions().values(), *(rule["expr"] for rule in rules())]
)
def test_every_name_in_an_expression_is_one_of_ours(expression: str) -> None:
    found = names_in(expression)

    assert found.metrics
    assert found.labels <= set().union(*map(labels_of, found.metrics))


def test_every_metric_is_shown_on_a_dashboard() -> None:
    shown = {name for ask in expressions().values() for name in names_in(ask).metrics}
    bases = {re.sub(r"_bucket$", "", name) for name in shown}

    assert {metric["name"] for metric in TOLD} <= bases


def test_dashboards_have_ids_of_their_own_and_of_no_installation() -> None:
    pages = list(dashboards())

    assert sorted(page["uid"] for page in pages) == ["caveat-guard", "caveat-questions"]
    for page in pages:
        assert page["id"] is None
        sources = {str(p["datasource"]) for p in page["panels"] if p["type"] != "row"}
        assert sources == {str({"type": "prometheus", "uid": "${datasource}"})}
        assert len({panel["id"] for panel in page["panels"]}) == len(page["panels"])


# --- promtool ---


def test_promtool_parses_every_expression_of_a_dashboard(tmp_path: Path) -> None:
    file = tmp_path / "panels.yaml"
    recorded = [
        {"record": f"panel:{n}", "expr": ask} for n, ask in enumerate(expressions().values())
    ]
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": recorded}]}))

    assert accepted_by_promtool("check", "rules", file)


def test_promtool_accepts_the_rules_and_the_configuration() -> None:
    assert accepted_by_promtool("check", "rules", *RULES)
    assert accepted_by_promtool("check", "config", FOLDER / "prometheus.yaml")


@pytest.mark.parametrize("path", RULE_TESTS, ids=lambda path: path.name.removesuffix(".test.yaml"))
def test_alerts_fire_when_they_should_and_only_then(path: Path) -> None:
    assert accepted_by_promtool("test", "rules", path)


def test_every_alert_is_tried_with_what_fires_it_and_with_what_does_not() -> None:
    fired, quiet = set(), set()
    for path in RULE_TESTS:
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]:
            for tried in case["alert_rule_test"]:
                expected = tried["exp_alerts"]
                fired |= {(tried["alertname"], e["exp_labels"].get("burn")) for e in expected}
                quiet |= set() if expected else {tried["alertname"]}

    assert fired == {(rule["alert"], rule["labels"].get("burn")) for rule in alerts()}
    assert quiet == set(ALERTS)


# --- runbooks ---


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    assert [path.stem for path in PAGES] == ALERTS
    index = (RUNBOOKS / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| \[(\w+)\]\(\1\.md\)", index, re.MULTILINE)) == ALERTS


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_says_how_grave_it_is_and_where_to_read_on(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["runbook_url"] == f"docs/runbooks/{rule['alert']}.md"
    assert len(rule["annotations"]["summary"]) > 20


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_runbook_says_the_four_things(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert text.startswith(f"# {path.stem}\n")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["What it means for people", "Look first", "Mend", "After"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_command_of_a_runbook_exists(path: Path) -> None:
    told = re.findall(r"(?:^\$ |`)(caveat [^`\n|]+)", path.read_text("utf-8"), re.MULTILINE)

    assert told
    for line in told:
        words = shlex.split(line)[1:]
        assert [word for word in words if "/" in word and not (ROOT / word).exists()] == []
        _find(words)


def _find(words: list[str]) -> None:
    """Walk down the commands of the command line, and have the last one read its arguments."""
    command: click.Command = typer.main.get_command(app)
    while isinstance(command, click.Group):
        name = words.pop(0)
        assert name in command.commands, f"there is no {name} in {command.name}"
        command = command.commands[name]
    found, left, _ = command.make_parser(click.Context(command)).parse_args(words)
    assert not left, f"{command.name} takes no {left}"
    for parameter in command.params:
        given = found.get(parameter.name or "")
        assert given or not parameter.required, f"{command.name} needs {parameter.name}"
