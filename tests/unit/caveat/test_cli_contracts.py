import json
import sys
from types import ModuleType

import pytest
import yaml
from typer.testing import CliRunner

from caveat.cli.main import app
from caveat.errors import DependencyMissing

MODULES = {"openapi": "services.gateway.openapi", "asyncapi": "caveat.asyncapi"}
DOCUMENT = {"openapi": "3.1.0", "info": {"title": "ünicode"}, "paths": {"/b": {}, "/a": {}}}


@pytest.fixture(params=MODULES)
def command(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name = str(request.param)
    maker = ModuleType(MODULES[name])
    maker.document = lambda: DOCUMENT  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, MODULES[name], maker)
    return name


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_prints_json(command: str, options: list[str]):
    ran = CliRunner().invoke(app, [command, *options])

    assert (ran.exit_code, ran.stderr) == (0, "")
    assert json.loads(ran.stdout) == DOCUMENT
    assert "ünicode" in ran.stdout


def test_prints_yaml_in_the_same_order(command: str):
    ran = CliRunner().invoke(app, [command, "--yaml"])

    assert yaml.safe_load(ran.stdout) == DOCUMENT
    assert ran.stdout.index("/b") < ran.stdout.index("/a")


def test_both_at_once_is_wrong_usage(command: str):
    assert CliRunner().invoke(app, [command, "--yaml", "--json"]).exit_code == 2


def test_a_version_that_makes_no_document_says_so(command: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, MODULES[command], ModuleType(MODULES[command]))

    ran = CliRunner().invoke(app, [command])

    assert isinstance(ran.exception, DependencyMissing)
    assert MODULES[command] in str(ran.exception)
