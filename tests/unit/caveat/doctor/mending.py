"""Run what the doctor says, as a person would: in a shell, with this command line on its PATH."""

import os
import subprocess
import sys
from pathlib import Path

from caveat.cli.doctor import Diagnosis, diagnoses
from caveat.cli.local import Local, local_of

_CAVEAT = f"""#!/bin/sh
exec {sys.executable} -c 'from caveat.cli.main import main; main()' "$@"
"""


def a_local(home: Path) -> Local:
    """A place whose broker is somebody else's, and away."""
    return local_of({"CAVEAT_HOME": str(home), "CAVEAT_KAFKA_BOOTSTRAP": "127.0.0.1:1"})


def diagnosed(local: Local) -> dict[str, Diagnosis]:
    return {each.check: each for each in diagnoses(local)}


def run(command: str, home: Path) -> None:
    """Run a command that the doctor named."""
    programs = home / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "caveat").write_text(_CAVEAT)
    (programs / "caveat").chmod(0o755)
    subprocess.run(
        ["/bin/sh", "-ec", command],
        env={"CAVEAT_HOME": str(home), "PATH": f"{programs}:{os.environ['PATH']}"},
        check=True,
        capture_output=True,
        timeout=60,
    )
