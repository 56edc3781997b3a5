"""Building, opening, damaging, mending and swapping versions of the corpus."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from caveat.errors import CorpusUnreadable, DependencyMissing, PermanentError
from caveat.model import SourceType
from services.retriever import build as building
from services.retriever.build import add_medquad, build, build_demonstration
from services.retriever.core import look_up, retrieve
from services.retriever.folder import CorpusFolder
from services.retriever.library import Library
from services.retriever.version import Version, open_version
from tests.unit.retriever.builders import a_file_of, a_note, an_answer


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    a_note(tmp_path / "notes")
    return tmp_path / "notes"


@pytest.fixture
def folder(tmp_path: Path) -> CorpusFolder:
    return CorpusFolder(tmp_path / "home" / "corpus")


def current(folder: CorpusFolder) -> Version:
    return open_version(folder.versions / folder.pointer().current)


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


def test_new_provenance_of_the_same_passages_is_served(folder: CorpusFolder, notes: Path):
    version = build(folder, notes)
    a_note(notes, title="Another title")

    assert build(folder, notes) == version
    assert retrieve(current(folder), "fever").evidence.sources[0].title == "Another title"


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


def test_a_swap_keeps_the_version_before_for_ids(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    library = Library(folder)
    old, index = library.current, library.current.index
    [ranked] = retrieve(old, "fever").evidence.passages
    a_note(notes, body="## risks: Fever\n\nChills come with fever.")
    build(folder, notes)

    library.refresh()

    assert library.current is not old
    assert [len(index.search(word, 9).hits) for word in ("cart", "chills")] == [1, 0]
    assert len(retrieve(library.current, "chills").evidence.passages) == 1
    ids = [ranked.passage.passage_id]
    assert look_up(library.versions, ids)[0] == (ranked.passage,)
    assert look_up(Library(folder).versions, ids)[0] == (ranked.passage,)  # after a restart too


def test_the_version_before_last_is_forgotten(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    library = Library(folder)
    [ranked] = retrieve(library.current, "fever").evidence.passages
    for word in ("Second.", "Third."):
        a_note(notes, body=f"## risks: Fever\n\n{word}")
        build(folder, notes)
        library.refresh()

    assert look_up(library.versions, [ranked.passage.passage_id]) == ((), ())


async def test_a_running_library_notices_a_build_within_a_second(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    library = Library(folder)
    await library.start()
    a_note(notes, "b-note")
    version = await asyncio.to_thread(build, folder, notes)

    async with asyncio.timeout(2):
        while library.current.manifest.corpus_version != version:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await library.stop()


def test_a_running_library_keeps_its_version_when_the_new_one_is_damaged(
    folder: CorpusFolder, notes: Path, caplog: pytest.LogCaptureFixture
):
    build(folder, notes)
    library = Library(folder)
    a_note(notes, "b-note")
    version = build(folder, notes)
    path = folder.versions / folder.pointer().current / "passages.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])

    library.refresh()
    library.refresh()

    assert len(retrieve(library.current, "fever").evidence.passages) == 1
    assert [record.message for record in caplog.records] == ["kept the old corpus"]
    build(folder, notes)
    library.refresh()
    assert library.current.manifest.corpus_version == version


def test_a_running_library_lives_on_when_the_pointer_is_gone(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    library = Library(folder)
    (folder.root / "current").unlink()

    library.refresh()

    assert len(retrieve(library.current, "fever").evidence.passages) == 1


def test_a_library_starts_without_an_unreadable_version_before(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    first = folder.pointer().current
    a_note(notes, "b-note")
    build(folder, notes)
    shutil.rmtree(folder.versions / first)

    assert len(Library(folder).versions) == 1
