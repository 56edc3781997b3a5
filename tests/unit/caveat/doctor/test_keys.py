import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from caveat.attestation import KeyOwner, create_keys, rotate
from caveat.cli.doctor import Diagnosis, keys
from tests.unit.caveat.doctor.mending import a_local, diagnosed, run


def found(home: Path) -> dict[str, Diagnosis]:
    return {one.check: one for one in keys.checks(a_local(home))}


def mended(home: Path, mend: str) -> None:
    """Do what a mend says; of `caveat up`, what it does to keys."""
    command = mend.partition("without one: ")[2] or mend
    command, _, _ = command.partition(" (")
    before, up, _ = command.partition("caveat up")
    if before:
        run(before.removesuffix("&& "), home)
    if up:
        create_keys(home / "keys")


def test_finds_nothing_wrong_with_fresh_keys(tmp_path: Path):
    create_keys(tmp_path / "keys")

    assert all(one.ok for one in found(tmp_path).values())


def test_missing_keys_are_made_by_up(tmp_path: Path):
    looked = found(tmp_path)
    assert {one.mend for one in looked.values() if not one.ok} == {"caveat up"}

    mended(tmp_path, "caveat up")

    assert all(one.ok for one in found(tmp_path).values())


def damage(path: Path) -> None:
    path.write_text('{"kty": "OKP", "half')


def swap(path: Path) -> None:
    """Give it the public part of another key."""
    create_keys(path.parents[2] / "other")
    other = json.loads((path.parents[2] / "other" / "private" / path.name).read_text())
    path.write_text(json.dumps(json.loads(path.read_text()) | {"x": other["x"]}))


@pytest.mark.parametrize("breaking", [damage, swap], ids=["damaged", "of two keys"])
@pytest.mark.parametrize("owner", ["guard", "auditor"])
def test_a_damaged_signing_key_is_moved_away_and_made_anew(
    tmp_path: Path, owner: str, breaking: Callable[[Path], None]
):
    create_keys(tmp_path / "keys")
    path = tmp_path / "keys" / "private" / f"{owner}.json"
    breaking(path)

    looked = found(tmp_path)[f"{owner} key"]
    assert not looked.ok
    assert looked.mend.startswith(f"put the backup of {path} back; without one: mv {path} ")
    mended(tmp_path, looked.mend)

    assert all(one.ok for one in found(tmp_path).values())
    published = (tmp_path / "keys" / "public" / "jwks.json").read_text()
    assert len(json.loads(published)["keys"]) == (2 if owner == "guard" else 1)


def test_the_backup_of_a_damaged_key_mends_it_too(tmp_path: Path):
    create_keys(tmp_path / "keys")
    path = tmp_path / "keys" / "private" / "drafts.json"
    backup = path.read_text()
    damage(path)
    assert "no stored draft can be read again" in found(tmp_path)["drafts key"].mend

    path.write_text(backup)

    assert all(one.ok for one in found(tmp_path).values())


def test_a_lost_drafts_key_is_no_small_matter_once_there_are_drafts(tmp_path: Path):
    create_keys(tmp_path / "keys")
    (tmp_path / "keys" / "private" / "drafts.json").unlink()
    assert found(tmp_path)["drafts key"].mend == "caveat up"

    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "guard.db").touch()

    assert found(tmp_path)["drafts key"].mend.startswith("put the backup of")


@pytest.mark.parametrize("name", ["jwks.json", "log.txt"])
def test_damaged_public_keys_are_published_anew(tmp_path: Path, name: str):
    create_keys(tmp_path / "keys")
    damage(tmp_path / "keys" / "public" / name)

    looked = found(tmp_path)["public keys"]
    assert not looked.ok
    mended(tmp_path, looked.mend)

    assert all(one.ok for one in found(tmp_path).values())


def test_an_old_key_that_came_back_is_rotated(tmp_path: Path):
    create_keys(tmp_path / "keys")
    path = tmp_path / "keys" / "private" / "guard.json"
    old = path.read_text()
    rotate(tmp_path / "keys", KeyOwner.GUARD, now=datetime.now(UTC), grace=timedelta(seconds=1))
    path.write_text(old)

    looked = found(tmp_path)["keys"]
    assert (looked.ok, looked.mend) == (False, "caveat keys rotate guard")
    run(f"{looked.mend} --yes", tmp_path)

    assert all(one.ok for one in found(tmp_path).values())


def test_finds_public_keys_that_lack_the_private_one(tmp_path: Path):
    create_keys(tmp_path / "keys")
    create_keys(tmp_path / "other")
    public = Path("public", "jwks.json")
    (tmp_path / "keys" / public).write_text((tmp_path / "other" / public).read_text())

    looked = found(tmp_path)["keys"]
    assert "is not published as current" in looked.found
    assert (looked.ok, looked.mend) == (False, "caveat up")
    mended(tmp_path, looked.mend)

    assert all(one.ok for one in found(tmp_path).values())


def test_finds_keys_that_others_can_read(tmp_path: Path):
    create_keys(tmp_path / "keys")
    private = tmp_path / "keys" / "private"
    (private / "guard.json").chmod(0o644)
    (private / "drafts.json").chmod(0o640)
    private.chmod(0o755)

    looked = diagnosed(a_local(tmp_path))["key mode"]
    assert "guard.json (644)" in looked.found
    run(looked.mend, tmp_path)

    assert (private / "guard.json").stat().st_mode & 0o777 == 0o600
    assert private.stat().st_mode & 0o777 == 0o700
    assert diagnosed(a_local(tmp_path))["key mode"].ok


def test_finds_a_key_that_this_user_cannot_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    create_keys(tmp_path / "keys")
    path = tmp_path / "keys" / "private" / "guard.json"
    monkeypatch.setattr("os.access", lambda asked, mode: asked != path)  # root reads everything

    looked = found(tmp_path)["guard key"]

    assert "cannot be read by this user" in looked.found
    assert looked.mend.endswith(f"chmod 600 {path}")


def test_a_machine_that_only_verifies_needs_no_private_keys(tmp_path: Path):
    create_keys(tmp_path / "other")
    (tmp_path / "keys").mkdir()
    (tmp_path / "other" / "public").rename(tmp_path / "keys" / "public")

    assert not [name for name in found(tmp_path) if name.endswith(" key")]
