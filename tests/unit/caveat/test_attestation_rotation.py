"""Rotating the keys of guard and auditor: who follows, and what a retired key still proves."""

import contextlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from caveat.attestation import (
    KeyOwner,
    Verifier,
    canonical,
    checkpoint_text,
    create_keys,
    keys,
    list_keys,
    load_auditor_key,
    load_jwks,
    load_log_keys,
    load_signer,
    load_verifier,
    open_checkpoint,
    rotate,
)
from caveat.attestation.notes import read_vkey
from caveat.errors import DependencyMissing, UpstreamUnavailable, VerificationFailed

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GRACE = timedelta(minutes=10)


def an_answer(decided_at: str = "2026-11-22T11:00:00.000Z") -> bytes:
    return canonical({"schema": "caveat/answer/1", "guard": {"decided_at": decided_at}})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_keys(tmp_path, now=NOON)
    return tmp_path


def rotated(folder: Path, owner: KeyOwner = KeyOwner.GUARD) -> Any:
    return rotate(folder, owner, now=NOON, grace=GRACE)


# --- rotating the guard's key ---


def test_signer_and_verifier_follow_a_rotation_without_a_restart(folder: Path) -> None:
    signer, verifier = load_signer(folder), load_verifier(folder)
    before = signer.sign(an_answer())

    rotation = rotated(folder)

    assert signer.key_id == rotation.new_key_id != rotation.old_key_id
    assert verifier.verify_answer(an_answer(), before).key_id == rotation.old_key_id
    after = signer.sign(an_answer())
    assert verifier.verify_answer(an_answer(), after).key_id == rotation.new_key_id
    assert [key["kid"] for key in verifier.jwks()["keys"]] == [
        rotation.old_key_id, rotation.new_key_id
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("decided_at", "holds"),
    [
        ("2026-11-22T12:09:59.999Z", True),
        ("2026-11-22T12:10:00Z", True),
        ("2026-11-22T12:10:00.000Z", True),
        ("2026-11-22T12:10:00.001Z", False),
        ("2027-01-01T00:00:00Z", False),
        ("2026-11-22T12:00:00+00:00", False),
        ("", False),
    ],
)
def test_a_retired_key_decides_nothing_after_its_grace(
    folder: Path, decided_at: str, holds: bool
) -> None:
    stolen, verifier = load_signer(folder).current(), load_verifier(folder)
    rotated(folder)
    content = an_answer(decided_at)

    if holds:
        assert verifier.verify_answer(content, stolen.sign(content))
        return
    with pytest.raises(VerificationFailed, match="retired at 2026-11-22T12:10:00Z"):
        verifier.verify_answer(content, stolen.sign(content))


def test_what_was_signed_in_the_second_of_a_rotation_holds(folder: Path) -> None:
    signed_at, rotated_at = "2026-11-22T12:00:00.500Z", NOON.replace(microsecond=900_000)
    jws, verifier = load_signer(folder).sign(an_answer(signed_at)), load_verifier(folder)

    rotation = rotate(folder, KeyOwner.GUARD, now=rotated_at, grace=timedelta(0))

    assert verifier.verify_answer(an_answer(signed_at), jws).key_id == rotation.old_key_id
    assert rotation.retired_at == load_jwks(folder)["keys"][0]["retired_at"]
    assert rotation.retired_at == "2026-11-22T12:00:01Z"


def finished_by_the_next_start(folder: Path) -> None:
    create_keys(folder, now=NOON)


def finished_by_another_rotation(folder: Path) -> None:
    rotated(folder)


@pytest.mark.parametrize("finish", [finished_by_the_next_start, finished_by_another_rotation])
def test_a_rotation_that_is_finished_later_has_its_grace(
    folder: Path, finish: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = load_signer(folder).current()
    with monkeypatch.context() as patch:
        patch.setattr(keys, "_finish", interrupted)
        with pytest.raises(KeyboardInterrupt):
            rotate(folder, KeyOwner.GUARD, now=NOON - timedelta(hours=1), grace=GRACE)

    finish(folder)

    under_way = an_answer("2026-11-22T12:09:59.999Z")
    assert load_verifier(folder).verify_answer(under_way, old.sign(under_way))
    assert load_jwks(folder)["keys"][0]["retired_at"] == "2026-11-22T12:10:00Z"


def interrupted(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_signatures_that_belong_together_are_by_one_key(folder: Path) -> None:
    pinned = load_signer(folder).current()
    first = pinned.sign(b"one")

    rotation = rotated(folder)

    verifier = load_verifier(folder)
    assert pinned.key_id == rotation.old_key_id
    assert verifier.verify(b"one", first) == verifier.verify(b"two", pinned.sign(b"two"))


def test_the_old_private_key_is_gone_and_its_first_retirement_stays(folder: Path) -> None:
    secret = json.loads((folder / "private" / "guard.json").read_text())["d"]

    rotated(folder)
    rotate(folder, KeyOwner.GUARD, now=NOON + timedelta(days=1), grace=GRACE)

    assert not any(secret in path.read_text() for path in folder.rglob("*") if path.is_file())
    assert [key.get("retired_at") for key in load_jwks(folder)["keys"]] == [
        "2026-11-22T12:10:00Z", "2026-11-23T12:10:00Z", None
    ]  # fmt: skip
    assert {path.name for path in (folder / "private").iterdir()} == {
        "guard.json", "auditor.json", "drafts.json"
    }  # fmt: skip


@pytest.mark.parametrize("owner", list(KeyOwner))
@pytest.mark.parametrize("calls", range(1, 9))  # every file that is written, synced or moved
def test_a_rotation_that_is_stopped_anywhere_is_finished_by_the_next_start(
    folder: Path, owner: KeyOwner, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer, verifier = load_signer(folder), load_verifier(folder)
    auditor, log_keys = load_auditor_key(folder), load_log_keys(folder)
    left = calls

    def stopping(real: Any) -> Any:
        def step(*arguments: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                raise KeyboardInterrupt
            return real(*arguments, **named)

        return step

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", stopping(os.fsync))
        patch.setattr(Path, "rename", stopping(Path.rename))
        with contextlib.suppress(KeyboardInterrupt):
            rotated(folder, owner)
        # What was signed in between verifies, whatever the step.
        assert verifier.verify(b"x", signer.sign(b"x"))
        assert log_keys.open(auditor.sign("text\n"))

    create_keys(folder, now=NOON)

    assert keys.unfinished(folder) == ()
    assert verifier.verify_answer(an_answer(), signer.sign(an_answer())).key_id == signer.key_id
    assert "retired_at" not in load_jwks(folder)["keys"][-1]
    assert load_jwks(folder)["keys"][-1]["kid"] == signer.key_id
    assert log_keys.vkeys[-1] == auditor.vkey
    assert list_keys(folder, NOON)


def test_an_unreadable_key_makes_the_signer_wait_and_not_fail_for_good(folder: Path) -> None:
    signer = load_signer(folder)
    private = folder / "private" / "guard.json"
    kept = private.read_text()

    private.unlink()
    with pytest.raises(UpstreamUnavailable, match=r"guard\.json is missing"):
        signer.sign(b"x")
    private.write_text(kept)

    assert load_verifier(folder).verify(b"x", signer.sign(b"x"))


# --- what forged records cost ---


def test_a_flood_of_forged_records_reads_the_keys_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    create_keys(folder / "forger")
    forged = load_signer(folder / "forger").sign(an_answer())
    verifier, jwks = load_verifier(folder), folder / "public" / "jwks.json"
    reads = 0
    real = Path.read_bytes

    def counted(path: Path) -> bytes:
        nonlocal reads
        reads += path == jwks
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", counted)
    for damage in ("", "{"):
        if damage:
            jwks.write_text(damage)
        for _ in range(50):
            with pytest.raises(VerificationFailed, match="unknown"):
                verifier.verify_answer(an_answer(), forged)

    assert reads == 1  # the damaged file, once
    assert "kept the earlier keys" in caplog.text
    assert verifier.verify(b"x", load_signer(folder).sign(b"x"))


def test_one_kind_of_document_never_passes_as_the_other(folder: Path) -> None:
    signer, verifier = load_signer(folder), load_verifier(folder)
    decision = canonical({"schema": "caveat/decision/1", "decided_at": "2026-11-22T11:00:00Z"})

    assert verifier.verify_decision(decision, signer.sign(decision)).document["schema"]
    with pytest.raises(VerificationFailed, match="not of schema caveat/answer/1"):
        verifier.verify_answer(decision, signer.sign(decision))
    with pytest.raises(VerificationFailed, match="not of schema caveat/decision/1"):
        verifier.verify_decision(an_answer(), signer.sign(an_answer()))


@pytest.mark.parametrize("retired_at", ["yesterday", "", None, 7])
def test_a_key_set_with_a_retirement_that_nobody_understands_is_refused(
    folder: Path, retired_at: Any
) -> None:
    jwks = load_jwks(folder)
    jwks["keys"][0]["retired_at"] = retired_at
    (folder / "public" / "jwks.json").write_text(json.dumps(jwks))

    with pytest.raises(DependencyMissing, match="at no known time"):
        load_verifier(folder)


# --- the auditor's key ---


def test_the_log_keeps_its_name_and_its_retired_key(folder: Path) -> None:
    auditor, log_keys = load_auditor_key(folder), load_log_keys(folder)
    root = bytes(32)
    before = auditor.sign(checkpoint_text(auditor.origin, 3, root))

    rotation = rotated(folder, KeyOwner.AUDITOR)

    after = auditor.sign(checkpoint_text(auditor.origin, 4, root))
    opened = [log_keys.open_checkpoint(note) for note in (before, after)]
    assert [(c.origin, c.size, c.root) for c in opened] == [
        ("caveat.local/log", 3, root), ("caveat.local/log", 4, root)
    ]  # fmt: skip
    assert [c.signed_by.vkey for c in opened] == list(log_keys.vkeys)
    assert rotation.owner == "auditor"
    assert load_jwks(folder) == Verifier.jwks(load_verifier(folder))


def test_a_signed_checkpoint_is_opened_by_what_was_published(folder: Path) -> None:
    auditor = load_auditor_key(folder)
    note = auditor.sign(checkpoint_text(auditor.origin, 0, bytes(32)))
    [line] = (folder / "public" / "log.txt").read_text().splitlines()

    assert line == auditor.vkey
    assert line.split("+")[1] == auditor.key_id
    assert open_checkpoint(note, [read_vkey(line)]).size == 0
