"""Building versions of the corpus and opening them."""

import shutil
from pathlib import Path

import pytest

from caveat.errors import CorpusUnreadable
from caveat.model import SourceType
from services.retriever import build as building
from services.retriever.build import add_medquad, build, build_demonstration
from services.retriever.core import retrieve
from services.retriever.folder import CorpusFolder
from tests.unit.retriever.builders import a_file_of, a_note, an_answer, current


def test_a_version_names_its_passages_whatever_their_order(folder: CorpusFolder, notes: Path):
    a_note(notes, "b-note")
    first = build(folder, notes)
    again = build(CorpusFolder(folder.root.with_name("elsewhere")), notes)
    a_note(notes, "c-note")

    assert first == again
    assert build(folder, notes) != first
    assert len(first) == 29
    assert first.startswith("cv_")


def test_sources_and_passages_come_back_as_they_went_in(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    add_medquad(folder, a_file_of(notes.parent, [an_answer(answer="É 𝄞 fever.\n\nMore.")]))
    version = current(folder)

    found = retrieve(version, "fever").evidence

    assert {s.type for s in found.sources} == set(version.description.kinds)
    for ranked in found.passages:
        stored = version.entry(ranked.passage.source_id)
        assert stored is not None
        assert ranked.passage in stored.passages
        assert stored.source in found.sources
        assert stored.text[ranked.passage.start :].startswith(ranked.passage.text)
    assert version.passage("psg_none") is None
    assert version.source("src_none") is None
    assert version.entry("src_none") is None


def test_the_manifest_counts_by_collection(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    lines = [an_answer(), an_answer(source="CDC", answer="Other.")]
    add_medquad(folder, a_file_of(notes.parent, lines))

    manifest = current(folder).manifest

    assert manifest.collections == {
        "demonstration": {"sources": 1, "passages": 1},
        "medquad-cdc": {"sources": 1, "passages": 1},
        "medquad-nhlbi": {"sources": 1, "passages": 1},
    }
    assert manifest.as_of == "2026-11-22"
    assert manifest.kinds == (SourceType.DEMONSTRATION_NOTE, SourceType.PATIENT_SUMMARY)


def test_adding_a_site_again_replaces_it_and_keeps_the_others(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    add_medquad(
        folder, a_file_of(notes.parent, [an_answer(), an_answer(source="CDC", answer="C.")])
    )
    add_medquad(folder, a_file_of(notes.parent, [an_answer(answer="N."), an_answer(answer="M.")]))

    assert [c["sources"] for c in current(folder).manifest.collections.values()] == [1, 1, 2]


def test_building_the_notes_keeps_what_was_added(folder: CorpusFolder, notes: Path):
    add_medquad(folder, a_file_of(notes.parent, [an_answer()]))
    build(folder, notes)

    assert set(current(folder).manifest.collections) == {"demonstration", "medquad-nhlbi"}


def test_too_many_broken_lines_change_nothing(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    before = folder.pointer()

    version, tally = add_medquad(folder, a_file_of(notes.parent, [an_answer(), "{"]))

    assert version == ""
    assert tally.broken == [2]
    assert folder.pointer() == before
    assert [path.name for path in folder.collections.iterdir()] == ["demonstration.jsonl"]


def test_a_faulty_note_builds_nothing(folder: CorpusFolder, notes: Path):
    version = build(folder, notes)
    a_note(notes, "b-note", type="blog")

    with pytest.raises(CorpusUnreadable, match=r"b-note\.md:11"):
        build(folder, notes)

    assert current(folder).manifest.corpus_version == version


def test_a_crash_before_the_switch_leaves_the_old_version(
    folder: CorpusFolder, notes: Path, monkeypatch: pytest.MonkeyPatch
):
    version = build(folder, notes)
    a_note(notes, "b-note")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(CorpusFolder, "switch", crash)
        with pytest.raises(KeyboardInterrupt):
            build(folder, notes)

    assert current(folder).manifest.corpus_version == version
    assert build_demonstration(folder.root.parent, notes) != version


def test_what_a_killed_builder_left_is_cleared_away(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    left = folder.versions / ".building-99999"
    left.mkdir()

    build(folder, notes)

    assert not left.exists()
    assert len(folder.version_folders()) == 1


def test_the_demonstration_is_built_once_until_a_note_changes(
    tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
):
    first = build_demonstration(tmp_path, notes)
    with monkeypatch.context() as patch:
        patch.setattr(building, "_assemble", lambda *_: pytest.fail("built again"))
        assert build_demonstration(tmp_path, notes) == first

    a_note(notes, body="## risks: Fever\n\nOther words.")

    assert build_demonstration(tmp_path, notes) != first


@pytest.mark.parametrize("lost", ["passages.jsonl", "manifest.json", "index"])
def test_the_demonstration_is_built_again_when_files_are_gone(
    tmp_path: Path, notes: Path, lost: str
):
    version = build_demonstration(tmp_path, notes)
    folder = CorpusFolder(tmp_path / "corpus")
    path = folder.versions / folder.pointer().current / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()

    assert build_demonstration(tmp_path, notes) == version
    assert current(folder).manifest.corpus_version == version


def test_the_demonstration_is_built_again_when_a_byte_was_changed(tmp_path: Path, notes: Path):
    version = build_demonstration(tmp_path, notes)
    folder = CorpusFolder(tmp_path / "corpus")
    path = folder.versions / folder.pointer().current / "passages.jsonl"
    path.write_bytes(path.read_bytes().replace(b"e", b"a", 1))

    assert build_demonstration(tmp_path, notes) == version
    assert current(folder).manifest.corpus_version == version


def test_new_provenance_of_the_same_passages_is_served(folder: CorpusFolder, notes: Path):
    version = build(folder, notes)
    a_note(notes, title="Another title")

    assert build(folder, notes) == version
    assert retrieve(current(folder), "fever").evidence.sources[0].title == "Another title"
