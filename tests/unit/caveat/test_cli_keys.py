import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from caveat.attestation import (
    KeyOwner,
    create_keys,
    load_log_keys,
    load_signer,
    load_verifier,
    rotate,
)
from caveat.authority import PRINCIPALS
from caveat.cli import keys
from caveat.cli import main as command_line


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CAVEAT_HOME", str(tmp_path))
    create_keys(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def caveat(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command line in this process: exit status, stdout, stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["caveat", "keys", *arguments])
        with pytest.raises(SystemExit) as left:
            command_line.main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return run


def test_lists_every_key_with_its_fingerprint(folder: Path, caveat: Any):
    status, out, _ = caveat("ls")

    assert status == 0
    assert load_signer(folder).key_id in out
    for word in ("guard", "auditor", "drafts", "signs the log's checkpoints", "current"):
        assert word in out


def test_lists_retired_keys_behind_current_ones(folder: Path, caveat: Any):
    old, hour_ago = load_signer(folder).key_id, datetime.now(UTC) - timedelta(hours=1)
    rotate(folder, KeyOwner.GUARD, now=hour_ago, grace=timedelta(0))
    assert caveat("rotate", "guard", "--yes")[0] == 0

    listed = json.loads(caveat("ls", "--json")[1])

    guards = [entry for entry in listed if entry["owner"] == "guard"]
    assert [entry["state"] for entry in guards] == ["current", "retired", "retiring"]
    assert guards[1]["fingerprint"] == old
    assert guards[1]["since"].endswith("Z")
    [auditor] = [entry for entry in listed if entry["owner"] == "auditor"]
    assert auditor["vkey"] in load_log_keys(folder).vkeys


def test_rotates_the_guards_key_and_says_what_comes_next(folder: Path, caveat: Any):
    signer, verifier = load_signer(folder), load_verifier(folder)
    old = signer.key_id

    status, out, err = caveat("rotate", "guard", "-y")

    assert status == 0
    assert out.strip() == signer.key_id != old
    assert set(verifier.keys) == {old, signer.key_id}
    for word in (old, "without a restart", "private half is gone", "tell the new fingerprint"):
        assert word in err


def test_rotates_the_auditors_key_and_tells_programs(folder: Path, caveat: Any):
    status, out, _ = caveat("rotate", "auditor", "--yes", "--json")

    assert status == 0
    assert json.loads(out)["owner"] == "auditor"
    assert len(load_log_keys(folder).vkeys) == 2


@pytest.mark.parametrize(("owner", "why"), [("drafts", "cannot be rotated"), ("x", "no signing")])
def test_refuses_keys_that_do_not_rotate(folder: Path, caveat: Any, owner: str, why: str):
    status, _, err = caveat("rotate", owner, "--yes")

    assert status == 2
    assert why in " ".join(err.replace("│", " ").split())


def test_asks_on_a_terminal_and_does_nothing_without_a_yes(
    folder: Path, caveat: Any, monkeypatch: pytest.MonkeyPatch
):
    old, asked = load_signer(folder).key_id, list[str]()

    def answer(no: bool) -> Any:
        return lambda text, **_: asked.append(text) or not no

    status, _, err = caveat("rotate", "guard")
    assert (status, load_signer(folder).key_id) == (2, old)
    assert "--yes" in err

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(keys.typer, "confirm", answer(no=True))
    status, _, err = caveat("rotate", "guard")
    assert (status, load_signer(folder).key_id) == (1, old)
    assert "replaces the key of the guard" in err

    monkeypatch.setattr(keys.typer, "confirm", answer(no=False))
    assert caveat("rotate", "guard")[0] == 0
    assert load_signer(folder).key_id != old
    assert asked == ["Go on?", "Go on?"]


@pytest.mark.parametrize(
    ("spoil", "mend"),
    [
        (lambda f: (f / "private" / "guard.json").unlink(), "caveat up"),
        (lambda f: (f / "private" / "guard.json").write_text("{"), "caveat up"),
        (lambda f: (f / "public" / "jwks.json").unlink(), "caveat up"),
        (lambda f: (f / "public" / "jwks.json").write_text('{"keys": []}'), "caveat up"),
        (lambda f: (f / "public" / "jwks.json").write_text('{"keys": [{}]}'), "something else"),
        (lambda f: (f / "private" / "auditor.pending.json").touch(), "caveat up"),
        (lambda f: retire(f), "caveat keys rotate guard"),
    ],
)
def test_says_what_is_wrong_and_what_mends_it(folder: Path, caveat: Any, spoil: Any, mend: str):
    spoil(folder)

    status, out, err = caveat("ls")

    assert (status, out) == (69, "")
    assert mend in err
    assert err.count("\n") == 1


def retire(folder: Path) -> None:
    path = folder / "public" / "jwks.json"
    path.write_text(
        path.read_text().replace('"kid"', '"retired_at": "2026-01-01T00:00:00Z", "kid"')
    )


def test_a_key_that_was_retired_by_mistake_is_mended_as_told(folder: Path, caveat: Any):
    retire(folder)

    assert caveat("rotate", "guard", "--yes")[0] == 0
    assert caveat("ls")[0] == 0


def test_makes_what_is_missing_and_leaves_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caveat: Any
):
    monkeypatch.setenv("CAVEAT_HOME", str(tmp_path))

    status, out, _ = caveat("create", "--passwords", "--json")

    first = json.loads(out)
    assert status == 0
    assert first["fingerprint"] == load_signer(tmp_path / "keys").key_id
    assert set(first["passwords_made"]) == {"admin", *PRINCIPALS}
    passwords = {path.name: path.read_text() for path in _passwords(tmp_path)}
    assert set(passwords) == set(first["passwords_made"])
    assert len(set(passwords.values())) == len(passwords)
    assert {path.stat().st_mode & 0o777 for path in _passwords(tmp_path)} == {0o600}

    _, out, _ = caveat("create", "--passwords", "--json")

    assert json.loads(out) == {"fingerprint": first["fingerprint"], "passwords_made": []}
    assert {path.name: path.read_text() for path in _passwords(tmp_path)} == passwords


def test_makes_no_password_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caveat: Any):
    monkeypatch.setenv("CAVEAT_HOME", str(tmp_path))

    status, out, _ = caveat("create")

    assert (status, out.strip()) == (0, load_signer(tmp_path / "keys").key_id)
    assert list(_passwords(tmp_path)) == []


def _passwords(home: Path) -> list[Path]:
    return [path for path in (home / "keys" / "private" / "kafka").glob("*") if path.is_file()]
