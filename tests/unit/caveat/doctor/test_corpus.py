import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from caveat.cli.corpus import NOTES
from caveat.cli.doctor import Diagnosis, corpus
from services.retriever.build import build
from services.retriever.folder import CorpusFolder
from tests.unit.caveat.doctor.mending import a_local, run


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("built")
    build(CorpusFolder(home / "corpus"), NOTES)
    return home


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built / "corpus", tmp_path / "corpus")
    return tmp_path


def found(home: Path, days: int = 36_500) -> dict[str, Diagnosis]:
    return {one.check: one for one in corpus.checks(a_local(home), days)}


def current(home: Path) -> Path:
    folder = CorpusFolder(home / "corpus")
    return folder.versions / folder.pointer().current


def point(home: Path, text: str) -> None:
    (home / "corpus" / "current").write_text(text)


def cut(home: Path) -> None:
    path = current(home) / "passages.jsonl"
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize(
    "breaking",
    [
        lambda home: shutil.rmtree(home / "corpus"),
        lambda home: (home / "corpus" / "current").write_text('{"curr'),
        lambda home: (home / "corpus" / "current").write_text(
            '{"current": "cv_x", "previous": ""}'
        ),
        lambda home: (current(home) / "manifest.json").unlink(),
        cut,
    ],
    ids=["missing", "broken pointer", "pointer to nothing", "no manifest", "damaged"],
)
def test_a_corpus_that_does_not_open_is_built_anew(home: Path, breaking: Callable[[Path], object]):
    assert all(one.ok for one in found(home).values())
    breaking(home)

    looked = found(home)
    assert [(one.ok, one.mend) for one in looked.values()] == [(False, "caveat corpus build")]
    run(looked["corpus"].mend, home)

    assert all(one.ok for one in found(home).values())


def test_finds_notes_that_have_changed_since(home: Path, tmp_path: Path):
    other = tmp_path / "notes"
    shutil.copytree(NOTES, other)
    next(iter(sorted(other.glob("*.md")))).unlink()
    build(CorpusFolder(home / "corpus"), other)

    looked = found(home)["notes"]
    assert (looked.ok, looked.mend) == (False, "caveat corpus build")
    run(looked.mend, home)

    assert found(home)["notes"].ok


@pytest.mark.parametrize(("days", "ok"), [(3, False), (4, True)])
def test_finds_sources_that_are_too_old(days: int, ok: bool):
    looked = corpus.age("2026-11-22", date(2026, 11, 26), days)

    assert looked.ok is ok
    assert "4 days ago" in looked.found
    assert ok or "caveat corpus build" in looked.mend
