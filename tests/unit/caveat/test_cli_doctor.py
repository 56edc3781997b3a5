from pathlib import Path

import pytest

from caveat.attestation import create_keys
from caveat.cli.doctor import Diagnosis, diagnoses
from caveat.cli.local import Local, local_of


def a_local(home: Path) -> Local:
    return local_of({"CAVEAT_HOME": str(home), "CAVEAT_KAFKA_BOOTSTRAP": "127.0.0.1:1"})


def diagnosed(local: Local) -> dict[str, Diagnosis]:
    return {each.check: each for each in diagnoses(local)}


def test_names_a_command_for_everything_that_an_empty_folder_lacks(tmp_path: Path):
    found = diagnosed(a_local(tmp_path))

    for check in ("broker", "topics", "keys", "key mode", "corpus", "services"):
        assert not found[check].ok
        assert found[check].mend
    assert found["python"].ok
    assert found["disk"].ok
    assert found["services"].mend == "caveat up"


def test_does_not_ask_for_java_when_the_broker_is_somebody_elses(tmp_path: Path):
    assert "java" not in diagnosed(a_local(tmp_path))
    own = local_of({"CAVEAT_HOME": str(tmp_path), "CAVEAT_PORT_BASE": "21900"})
    assert "java" in diagnosed(own)


def test_finds_keys_that_others_can_read(tmp_path: Path):
    create_keys(tmp_path / "keys")
    assert diagnosed(a_local(tmp_path))["key mode"].ok
    assert diagnosed(a_local(tmp_path))["keys"].ok

    private = tmp_path / "keys" / "private" / "guard.json"
    private.chmod(0o644)

    found = diagnosed(a_local(tmp_path))["key mode"]
    assert (found.ok, found.found, found.mend) == (False, "644", f"chmod 600 {private}")


def test_finds_public_keys_that_lack_the_private_one(tmp_path: Path):
    create_keys(tmp_path / "keys")
    create_keys(tmp_path / "other")
    public = Path("public", "jwks.json")
    (tmp_path / "keys" / public).write_text((tmp_path / "other" / public).read_text())

    found = diagnosed(a_local(tmp_path))["keys"]

    assert not found.ok
    assert "is not published as current; mend it with: caveat up" in found.found


def test_finds_a_taken_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("caveat.cli.probing.taken", lambda ports: [7711])

    found = diagnosed(a_local(tmp_path))["ports"]

    assert (found.ok, found.found) == (False, "taken: 7711")
