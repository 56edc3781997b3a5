from pathlib import Path

import pytest

from caveat.cli.local import DEFAULT_BASE, local_of, remember, remembered
from caveat.errors import StartupError


def test_a_shell_that_was_told_nothing_finds_the_stack_of_its_folder(tmp_path: Path) -> None:
    told = {"CAVEAT_HOME": str(tmp_path), "CAVEAT_PORT_BASE": "25000"}
    remember(local_of(told))

    found = local_of({"CAVEAT_HOME": str(tmp_path)})

    assert found == local_of(told)


def test_what_a_shell_was_told_comes_first(tmp_path: Path) -> None:
    remember(local_of({"CAVEAT_HOME": str(tmp_path), "CAVEAT_PORT_BASE": "25000"}))

    told = local_of({"CAVEAT_HOME": str(tmp_path), "CAVEAT_PORT_BASE": "26000"})

    assert told.base == 26_000


def test_a_folder_without_a_stack_has_the_usual_ports(tmp_path: Path) -> None:
    assert remembered(tmp_path) == ""
    assert local_of({"CAVEAT_HOME": str(tmp_path)}).base == DEFAULT_BASE


def test_a_damaged_note_is_an_error_that_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "port-base").write_text("seven")

    with pytest.raises(StartupError, match="CAVEAT_PORT_BASE"):
        local_of({"CAVEAT_HOME": str(tmp_path)})
