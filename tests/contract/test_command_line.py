"""Every command explains itself, and every example that it gives can be typed."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import typer
from typer.testing import CliRunner

from caveat.cli.guidance import GuidedCommand, split
from caveat.cli.main import app

ROOT_COMMAND: Any = typer.main.get_command(app)
# These print JSON whoever reads it.
ALWAYS_JSON = {"check", "tail", "audit prove"}
FILES = {"config prometheus"}  # what they print is for another program, in its own form


def commands(group: Any = ROOT_COMMAND, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


ALL = dict(commands())


@pytest.mark.parametrize("name", ALL)
def test_every_command_says_what_it_does_and_gives_an_example(name: str):
    command = ALL[name]

    assert isinstance(command, GuidedCommand)
    assert command.help
    assert command.help[0].isupper()
    assert command.examples
    assert all(f"caveat {name}" in example for example in command.examples)
    assert all(len(example) <= 78 for example in command.examples)


@pytest.mark.parametrize("name", ALL)
def test_help_ends_with_the_examples_one_under_another(name: str):
    ran = CliRunner().invoke(app, [*name.split(), "--help"], terminal_width=80)

    assert ran.exit_code == 0
    lines = [line.strip() for line in ran.output.strip().splitlines()]
    begin = lines.index("Examples:")
    assert lines[begin + 1 :] == list(ALL[name].examples)


@pytest.mark.parametrize("name", ALL)
def test_every_option_is_described(name: str):
    bare = [parameter.name for parameter in ALL[name].params if not getattr(parameter, "help", "")]

    assert bare == []


@pytest.mark.parametrize("name", sorted(ALL.keys() - ALWAYS_JSON - FILES))
def test_every_command_prints_json_for_programs(name: str):
    assert any("--json" in parameter.opts for parameter in ALL[name].params)


@pytest.mark.parametrize(
    ("name", "example"), [(name, e) for name, command in ALL.items() for e in command.examples]
)
def test_every_example_can_be_typed(
    name: str, example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    told = example.partition("caveat ")[2]
    arguments = shlex.split(re.split(r" [|>]| && ", told)[0])
    assert arguments[: len(name.split())] == name.split()
    arguments = arguments[len(name.split()) :]
    for argument in arguments:  # files that an example reads are there
        if re.fullmatch(r"[\w/.-]+\.\w+(\.gz)?", argument):
            Path(argument).parent.mkdir(parents=True, exist_ok=True)
            Path(argument).touch()
    (tmp_path / "my-notes").mkdir()

    with ALL[name].make_context(name, arguments) as context:
        assert context.args == []


def test_a_docstring_without_examples_stays_whole():
    assert split("Does it.\n\nAnd more.") == ("Does it.\n\nAnd more.", ())
    assert split("Does it.\n\nExample: caveat x") == ("Does it.", ("caveat x",))
    assert split("Does it.\n\nExamples:\ncaveat x\n  caveat y\n") == (
        "Does it.",
        ("caveat x", "caveat y"),
    )


def test_help_groups_the_commands_by_purpose():
    ran = CliRunner().invoke(app, ["--help"], terminal_width=80)

    panels = re.findall(r"─ ([A-Z][a-z ]+) ─", ran.output)
    assert panels == [
        "Options", "Run the stack", "Ask and verify", "Evidence", "Guard and audit", "Operate",
    ]  # fmt: skip


def test_importing_the_command_line_imports_nothing_heavy():
    heavy = [
        "guardrails", "faust", "sqlalchemy", "grpc", "fastapi", "kafka", "aiokafka", "httpx",
        "tantivy", "joserfc", "pydantic", "cryptography", "psutil", "yaml", "aiohttp",
    ]  # fmt: skip
    code = f"import sys, caveat.cli.main; print([m for m in {heavy} if m in sys.modules])"

    seen = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )

    assert seen.stdout.strip() == "[]"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completes_in_every_shell_without_a_network(shell: str, tmp_path: Path):
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SHELL": f"/bin/{shell}"}

    def caveat(*arguments: str, **more: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", "from caveat.cli.main import main; main()", *arguments],
            env=bare | more,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout

    script = caveat("completion", "show")
    placed = Path(caveat("completion", "install").strip())
    asked = {
        "bash": {"COMP_WORDS": "caveat dec", "COMP_CWORD": "1"},
        "zsh": {"_TYPER_COMPLETE_ARGS": "caveat dec"},
        "fish": {"_TYPER_COMPLETE_ARGS": "caveat dec", "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }[shell]
    completed = caveat(_CAVEAT_COMPLETE=f"complete_{shell}", **asked)

    assert "_CAVEAT_COMPLETE" in script
    assert placed.is_relative_to(tmp_path)
    assert placed.read_text().strip() == script.strip()
    assert "decisions" in completed
    assert "corpus" not in completed
