import shutil
import subprocess
from pathlib import Path

import pytest

from caveat.cli.broker import ROOT
from caveat.cli.doctor import files
from services.guard.settings import DEFAULT_POLICY
from tests.unit.caveat.doctor.mending import a_local, diagnosed


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "a checkout"
    for name in files.NEEDED:
        shutil.copytree(ROOT / name, root / name)
    git = ["git", "-C", str(root), "-c", "user.name=n", "-c", "user.email=e"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "All"], check=True)
    return root


def test_finds_everything_here():
    assert files.shipped(ROOT).ok


@pytest.mark.parametrize("name", files.NEEDED)
def test_a_folder_that_is_gone_comes_back_from_the_repository(checkout: Path, name: str):
    shutil.rmtree(checkout / name)

    looked = files.shipped(checkout)
    assert (looked.ok, name in looked.found) == (False, True)
    subprocess.run(["/bin/sh", "-ec", looked.mend], check=True)

    assert files.shipped(checkout).ok


def test_without_a_repository_there_is_only_installing_again(tmp_path: Path):
    assert files.shipped(tmp_path).mend == "install Caveat again"


def test_finds_a_policy_that_does_not_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert diagnosed(a_local(tmp_path))["policy"].ok
    broken = tmp_path / "policy.yaml"
    text = (ROOT / DEFAULT_POLICY).read_text()
    broken.write_text(text.replace("action: drop", "action: dorp", 1))
    monkeypatch.setenv("CAVEAT_GUARD_POLICY", str(broken))

    looked = diagnosed(a_local(tmp_path))["policy"]

    assert (looked.ok, looked.mend) == (False, f"caveat policy lint {broken}")
    assert "rules.advice.directive.action" in looked.found
