import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from caveat.cli.doctor import Diagnosis
from caveat.cli.doctor.diagnosis import guarded, sound
from caveat.cli.main import app
from caveat.errors import CorpusUnreadable
from tests.unit.caveat.doctor.mending import a_local, diagnosed


def test_names_a_mend_for_everything_that_an_empty_folder_lacks(tmp_path: Path):
    found = diagnosed(a_local(tmp_path))

    for check in ("guard key", "auditor key", "drafts key", "public keys", "corpus", "services"):
        assert not found[check].ok
    assert all(one.mend for one in found.values() if not one.ok)
    assert found["services"].mend == "caveat up"
    assert found["broker"].mend.startswith("start the Kafka at 127.0.0.1:1")


def test_does_not_ask_a_broker_that_is_away_for_its_topics(tmp_path: Path):
    assert not {"users", "topics", "rights", "record times"} & diagnosed(a_local(tmp_path)).keys()


def test_prints_mends_below_the_table_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CAVEAT_HOME", str(tmp_path))
    monkeypatch.setenv("CAVEAT_KAFKA_BOOTSTRAP", "127.0.0.1:1")

    told = CliRunner().invoke(app, ["doctor"])
    listed = CliRunner().invoke(app, ["doctor", "--json"])

    assert (told.exit_code, listed.exit_code) == (1, 1)
    assert "corpus: caveat corpus build" in told.stdout.splitlines()
    corpus = next(one for one in json.loads(listed.stdout) if one["check"] == "corpus")
    assert corpus == {
        "check": "corpus",
        "ok": False,
        "found": f"there is no corpus in {tmp_path / 'corpus'}",
        "mend": "caveat corpus build",
    }


def test_the_mend_that_an_error_names_goes_first():
    def damaged() -> Diagnosis:
        raise CorpusUnreadable("it is damaged; mend it with: caveat corpus build")

    def unheard_of() -> Diagnosis:
        raise CorpusUnreadable("it is damaged; look with: caveat corpus ls")

    assert guarded("x", "another", lambda: sound("x", "well")).ok
    assert guarded("x", "another", damaged) == Diagnosis(
        "x", ok=False, found="it is damaged", mend="caveat corpus build"
    )
    assert guarded("x", "another", unheard_of).mend == "another"
