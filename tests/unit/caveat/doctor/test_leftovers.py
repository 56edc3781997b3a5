import os
import subprocess
import sys
from pathlib import Path

from caveat.cli.doctor import leftovers
from tests.unit.caveat.doctor.mending import a_local, run


def a_pid_file(home: Path, name: str, pid: int) -> None:
    (home / "run").mkdir(exist_ok=True)
    (home / "run" / f"{name}.pid").write_text(f"{pid}\n")


def test_finds_a_program_that_a_killed_supervisor_left_running(tmp_path: Path):
    sleeping = [sys.executable, "-c", "import time; print(flush=True); time.sleep(300)"]
    with subprocess.Popen(
        sleeping, env={"CAVEAT_HOME": str(tmp_path)}, stdout=subprocess.PIPE, start_new_session=True
    ) as left:
        assert left.stdout is not None
        left.stdout.readline()  # its environment can be seen once it runs
        a_pid_file(tmp_path, "guard", left.pid)

        looked = leftovers.check(a_local(tmp_path), frozenset())
        assert (looked.ok, looked.mend) == (False, "caveat down")
        assert f"guard (process {left.pid})" in looked.found
        run(looked.mend, tmp_path)

        assert left.wait(timeout=20) != 0
    assert leftovers.check(a_local(tmp_path), frozenset()).ok


def test_finds_stale_pid_files(tmp_path: Path):
    a_pid_file(tmp_path, "router", os.getpid())  # somebody else's by now

    looked = leftovers.check(a_local(tmp_path), frozenset())
    assert (looked.ok, looked.mend) == (False, "caveat down")
    assert "router.pid" in looked.found
    run(looked.mend, tmp_path)

    assert leftovers.check(a_local(tmp_path), frozenset()).ok
    assert not list((tmp_path / "run").glob("*.pid"))


def test_a_stack_that_is_up_leaves_nothing_behind_yet(tmp_path: Path):
    a_pid_file(tmp_path, "router", os.getpid())

    assert leftovers.check(a_local(tmp_path), frozenset(("router",))).ok
