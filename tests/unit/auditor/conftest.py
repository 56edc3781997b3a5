"""Keys, a store, and the log on it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from caveat.attestation import (
    LogKeys,
    NoteSigner,
    Signer,
    Verifier,
    create_keys,
    load_auditor_key,
    load_log_keys,
    load_signer,
    load_verifier,
)
from caveat.chassis.readiness import Readiness
from caveat.chassis.store import Store
from services.auditor.__main__ import MIGRATIONS
from services.auditor.adapters import StoreDecisionLog


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    create_keys(folder)
    return folder


@pytest.fixture
def signer(keys: Path) -> Signer:
    return load_signer(keys)


@pytest.fixture
def verifier(keys: Path) -> Verifier:
    return load_verifier(keys)


@pytest.fixture
def note_signer(keys: Path) -> NoteSigner:
    return load_auditor_key(keys)


@pytest.fixture
def log_keys(keys: Path) -> LogKeys:
    return load_log_keys(keys)


@pytest.fixture
def sqlite_path(tmp_path: Path) -> Path:
    return tmp_path / "auditor" / "auditor.db"


@pytest.fixture
async def store(sqlite_path: Path) -> AsyncIterator[Store]:
    store = Store(f"sqlite:///{sqlite_path}", MIGRATIONS, name="auditor",
                  readiness=Readiness("auditor"))  # fmt: skip
    await store.start()
    yield store
    await store.stop()


@pytest.fixture
def log(store: Store) -> StoreDecisionLog:
    return StoreDecisionLog(store)
