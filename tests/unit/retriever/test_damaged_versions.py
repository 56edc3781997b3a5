"""Damaging versions of the corpus and mending them."""

import json
import shutil
from pathlib import Path

import pytest

from caveat.errors import CorpusUnreadable, DependencyMissing, PermanentError
from services.retriever.build import add_medquad, build
from services.retriever.folder import CorpusFolder
from services.retriever.library import Library
from tests.unit.retriever.builders import a_file_of, an_answer, current


def test_no_corpus_is_one_line_with_the_mending_command(folder: CorpusFolder):
    with pytest.raises(CorpusUnreadable) as raised:
        Library(folder)

    assert str(folder.root) in str(raised.value)
    assert "caveat corpus build" in str(raised.value)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: (path / "manifest.json").unlink(),
        lambda path: (path / "manifest.json").write_text("{"),
        lambda path: (path / "manifest.json").write_text("[]"),
        lambda path: (path / "manifest.json").write_text('{"format": 99}'),
        lambda path: (path / "manifest.json").write_text('{"format": 1}'),
        lambda path: (path / "passages.jsonl").unlink(),
        lambda path: (path / "passages.jsonl").write_text(""),
        lambda path: (path / "sources.jsonl").open("a").write("{}\n") and None,
        lambda path: shutil.rmtree(path / "index"),
        lambda path: (path / "index" / "meta.json").write_text("{}"),
        lambda path: shutil.rmtree(path),
        lambda path: (path.parent.parent / "current").write_text("{}"),
        lambda path: (path.parent.parent / "current").write_text(
            '{"current": "../x", "previous": ""}'
        ),
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_damaged_version_is_refused_and_a_build_mends_it(
    folder: CorpusFolder, notes: Path, damage: object
):
    build(folder, notes)
    damage(folder.versions / folder.pointer().current)  # type: ignore[operator]

    with pytest.raises(CorpusUnreadable) as raised:
        Library(folder)

    assert str(folder.root) in str(raised.value)
    assert "caveat corpus build" in str(raised.value)
    assert "\n" not in str(raised.value)
    build(folder, notes)
    assert Library(folder).current.description.passages == 1


def test_a_damaged_collection_is_named_with_its_line(folder: CorpusFolder, notes: Path):
    add_medquad(folder, a_file_of(notes.parent, [an_answer()]))
    path = folder.collections / "medquad-nhlbi.jsonl"
    path.write_text(path.read_text() + "{\n")

    with pytest.raises(CorpusUnreadable, match=r"medquad-nhlbi\.jsonl:3 is damaged"):
        build(folder, notes)


def test_a_collection_of_another_format_is_refused(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    header = json.dumps({"format": 0, "collection": "x", "digest": ""})
    (folder.collections / "x.jsonl").write_text(header + "\n")

    with pytest.raises(CorpusUnreadable, match="has format 0"):
        build(folder, notes)


def test_a_folder_that_cannot_be_made_is_a_missing_dependency(notes: Path):
    (notes.parent / "home").write_text("in the way")

    with pytest.raises(DependencyMissing, match="cannot be written"):
        build(CorpusFolder(notes.parent / "home" / "corpus"), notes)


def test_a_torn_file_changes_nothing(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    torn = notes.parent / "torn.jsonl.gz"
    torn.write_bytes(b"\x1f\x8b\x08")

    with pytest.raises(PermanentError, match="cannot be read"):
        add_medquad(folder, torn)

    assert set(current(folder).manifest.collections) == {"demonstration"}
