"""Making the keys: once, by one of many, and nothing that is damaged is overwritten."""

import json
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from caveat import attestation
from caveat.attestation import (
    create_keys,
    load_auditor_key,
    load_drafts_key,
    load_jwks,
    load_log_keys,
    load_signer,
    load_verifier,
    verifier_of,
)
from caveat.errors import DependencyMissing
from tests.unit.caveat.builders import DOCUMENT

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_keys(tmp_path, now=NOON)
    return tmp_path


def test_makes_a_pair_whose_private_part_only_its_owner_may_read(tmp_path: Path) -> None:
    key_id = create_keys(tmp_path)

    private = tmp_path / "private" / "guard.json"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert stat.S_IMODE(private.parent.stat().st_mode) == 0o700
    [public] = load_jwks(tmp_path)["keys"]
    assert (public["kid"], public["alg"], public["crv"]) == (key_id, "Ed25519", "Ed25519")
    assert "d" not in public
    assert '"d"' in private.read_text()
    signed = load_signer(tmp_path).sign(DOCUMENT)
    assert load_verifier(tmp_path).verify(DOCUMENT, signed) == key_id


@pytest.mark.parametrize(("found", "left"), [(0o755, 0o700), (0o710, 0o700), (0o500, 0o500)])
def test_a_folder_that_others_may_look_into_is_closed(
    tmp_path: Path, found: int, left: int
) -> None:
    create_keys(tmp_path)
    private = tmp_path / "private"
    private.chmod(found)

    create_keys(tmp_path)

    assert stat.S_IMODE(private.stat().st_mode) == left


def test_keeps_the_keys_that_are_there(tmp_path: Path) -> None:
    first = create_keys(tmp_path)
    jwks = load_jwks(tmp_path)

    assert create_keys(tmp_path) == first
    assert load_jwks(tmp_path) == jwks


def test_a_private_key_that_lost_a_letter_is_not_signed_with(tmp_path: Path) -> None:
    create_keys(tmp_path)
    path = tmp_path / "private" / "guard.json"
    written = json.loads(path.read_text())
    written["d"] = ("A" if written["d"][0] != "A" else "B") + written["d"][1:]
    path.write_text(json.dumps(written))

    with pytest.raises(DependencyMissing, match="does not belong to its public one"):
        load_signer(tmp_path).sign(DOCUMENT)


def test_a_missing_private_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(DependencyMissing, match=str(tmp_path / "private" / "guard.json")):
        load_signer(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"kty": "oct"}', '{"kty":"OKP"}', "7"])
def test_a_damaged_private_key_is_a_missing_dependency(tmp_path: Path, content: str) -> None:
    create_keys(tmp_path)
    (tmp_path / "private" / "guard.json").write_text(content)

    with pytest.raises(DependencyMissing, match=r"guard\.json"):
        load_signer(tmp_path)


def test_missing_public_keys_are_named(tmp_path: Path) -> None:
    with pytest.raises(DependencyMissing, match=str(tmp_path / "public" / "jwks.json")):
        load_verifier(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"keys": 7}', '{"keys": [7]}',
                                     '{"keys": [{"kty": "OKP"}]}'])  # fmt: skip
def test_damaged_public_keys_are_a_missing_dependency(tmp_path: Path, content: str) -> None:
    create_keys(tmp_path)
    (tmp_path / "public" / "jwks.json").write_text(content)

    with pytest.raises(DependencyMissing):
        load_verifier(tmp_path)


def test_only_ed25519_keys_are_taken_from_a_key_set(tmp_path: Path) -> None:
    create_keys(tmp_path)
    secret = {"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQ", "kid": "shared"}
    jwks = {"keys": [*load_jwks(tmp_path)["keys"], secret]}

    assert set(verifier_of(jwks).keys) == {load_signer(tmp_path).key_id}


def test_a_stop_between_the_two_key_files_mends_itself(tmp_path: Path) -> None:
    key_id = attestation.create_keys(tmp_path)
    (tmp_path / "public" / "jwks.json").unlink()

    assert attestation.create_keys(tmp_path) == key_id
    signer = attestation.load_signer(tmp_path)
    assert attestation.load_verifier(tmp_path).verify(b"x", signer.sign(b"x")) == key_id


# --- every key, and what was lost ---


def test_makes_every_key_once_and_for_its_owner_alone(folder: Path) -> None:
    made = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    create_keys(folder, origin="elsewhere.test/log", now=NOON)

    assert {path: path.read_bytes() for path in made} == made
    assert {path.name for path in made} == {
        "guard.json", "auditor.json", "drafts.json", "jwks.json", "log.txt"
    }  # fmt: skip
    for path in (folder / "private").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert len(load_drafts_key(folder)) == 32
    assert load_auditor_key(folder).origin == "caveat.local/log"


@pytest.mark.parametrize("name", ["auditor", "drafts"])
def test_a_home_from_before_gets_what_it_lacks(folder: Path, name: str) -> None:
    guard = load_signer(folder).key_id
    (folder / "private" / f"{name}.json").unlink()
    (folder / "public" / "log.txt").unlink()

    assert create_keys(folder, now=NOON) == guard
    assert (folder / "private" / f"{name}.json").exists()
    assert load_auditor_key(folder).vkey in load_log_keys(folder).vkeys


def test_a_lost_private_key_is_replaced_and_the_lost_one_retired(folder: Path) -> None:
    lost = load_signer(folder).key_id
    (folder / "private" / "guard.json").unlink()

    new = create_keys(folder, now=NOON)

    old, current = load_jwks(folder)["keys"]
    assert (old["kid"], old["retired_at"]) == (lost, "2026-11-22T12:00:00Z")
    assert current["kid"] == new
    assert "retired_at" not in current


@pytest.mark.parametrize("name", ["guard", "auditor", "drafts"])
def test_a_damaged_key_is_never_overwritten(folder: Path, name: str) -> None:
    path = folder / "private" / f"{name}.json"
    path.write_text('{"kty": "oct", "k": "c2hvcnQ"}')

    with pytest.raises(DependencyMissing, match=name):
        create_keys(folder, now=NOON)

    assert path.read_text() == '{"kty": "oct", "k": "c2hvcnQ"}'


def test_errors_name_the_command_that_mends(tmp_path: Path) -> None:
    for load in (load_signer, load_verifier, load_auditor_key, load_log_keys, load_drafts_key):
        with pytest.raises(DependencyMissing, match="caveat up"):
            load(tmp_path)

    create_keys(tmp_path)
    for path in tmp_path.rglob("*.*"):
        path.write_text("{" if path.suffix == ".json" else "no key\n")
    for load in (load_signer, load_verifier, load_auditor_key, load_log_keys, load_drafts_key):
        with pytest.raises(DependencyMissing, match=r"caveat (up|keys ls)"):
            load(tmp_path)


def test_two_at_once_make_one_key(tmp_path: Path) -> None:
    made = list[str]()
    threads = [
        threading.Thread(target=lambda: made.append(create_keys(tmp_path))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 8
    assert len(set(made)) == len(load_jwks(tmp_path)["keys"]) == 1
