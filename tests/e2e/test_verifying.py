"""The pages on verifying without us are followed to the letter, in an empty folder."""

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from caveat.attestation import load_signer
from tests.e2e.asking import Asking
from tests.e2e.conftest import Stack

ROOT = Path(__file__).parents[2]
PAGES = ("verifying-an-answer.md", "verifying-the-log.md")
INSTALLING = "python3 -m venv venv && venv/bin/pip install cryptography"


def commands_of(page: str) -> list[str]:
    blocks = re.findall(r"^```\n(.*?)^```", (ROOT / "docs" / page).read_text(), re.S | re.M)
    return [line for block in blocks for line in block.splitlines() if line]


def a_program(path: Path, command: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    path.chmod(0o755)


def until_proved(asking: Asking, decided: str) -> None:
    """Wait for the checkpoint that covers a decision, which is there within ten seconds."""
    deadline = time.monotonic() + 30
    while asking.get(f"/v1/audit/decisions/{decided}/proof").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_the_pages_can_be_followed_to_the_letter(stack: Stack, tmp_path: Path):
    question_id = Asking(stack).accepted("Is CAR-T cell therapy available for MDS")
    decided = Asking(stack).settled(question_id)["answer"]["guard"]["decision_id"]
    until_proved(Asking(stack), decided)
    shutil.copy(ROOT / "verifiers" / "caveat_verify.py", tmp_path)
    shutil.copy(stack.local.keys / "public" / "log.txt", tmp_path)
    # What pip would install is there: this interpreter has `cryptography`.
    a_program(tmp_path / "venv" / "bin" / "python", sys.executable)
    a_program(
        tmp_path / "bin" / "caveat",
        f"{sys.executable} -c 'from caveat.cli.main import main; main()'",
    )
    environment = stack.environment | {"PATH": f"{tmp_path}/bin:{stack.environment['PATH']}"}

    commands = [command for page in PAGES for command in commands_of(page)]
    assert INSTALLING in commands
    assert len(commands) == 11  # a command that this does not run would be one that nobody tried
    named = {
        "http://127.0.0.1:7700": stack.url,
        r"\bID\b": question_id,
        r"\bdec_1\b": decided,
        "FINGERPRINT": load_signer(stack.local.keys).key_id,
    }
    for command in commands:
        if command == INSTALLING:
            continue
        for pattern, meant in named.items():
            command = re.sub(pattern, meant, command)
        ran = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"

    answer = tmp_path / "answer.json"
    answer.write_text(answer.read_text().replace("general information", "good information", 1))
    forged = [str(tmp_path / "venv" / "bin" / "python"), "caveat_verify.py", "answer",
              "answer.json", "--jwks", "jwks.json"]  # fmt: skip
    assert subprocess.run(forged, cwd=tmp_path, capture_output=True, check=False).returncode == 5
