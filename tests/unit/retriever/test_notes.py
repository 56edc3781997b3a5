import hashlib
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from caveat.errors import CorpusUnreadable
from caveat.model import RestsOn, SourceType
from services.retriever.notes import read_notes
from tests.unit.retriever.builders import a_note


def test_a_note_is_a_source_that_rests_on_a_public_one(tmp_path: Path):
    a_note(tmp_path, title="On fever")

    [entry] = read_notes(tmp_path)

    assert entry.source.type is SourceType.DEMONSTRATION_NOTE
    assert (entry.source.title, entry.source.publisher) == (
        "On fever",
        "Caveat demonstration notes",
    )
    assert entry.source.url == "https://example.org/a-note"
    assert entry.source.retrieved_at == datetime(2026, 11, 22, tzinfo=UTC)
    assert (entry.source.licence, entry.source.tier) == ("Apache-2.0", 4)
    assert entry.source.updated_on is None
    assert entry.source.rests_on == RestsOn(
        "A page: of someone", "A publisher", SourceType.NEWS_REPORT, "2022"
    )


def test_each_paragraph_is_a_passage_under_its_heading(tmp_path: Path):
    body = "## risks: Fever\n\nOne.\n\nTwo\nlines.\n\n## why: So\nThree."
    a_note(tmp_path, body=body, topic="myelodysplastic-syndromes")

    [entry] = read_notes(tmp_path)

    assert entry.text == body
    assert [(p.facet, p.heading, p.text) for p in entry.passages] == [
        ("risks", "Fever", "One."),
        ("risks", "Fever", "Two\nlines."),
        ("why", "So", "Three."),
    ]
    assert {p.subject for p in entry.passages} == {"Myelodysplastic syndromes (MDS)"}


def test_offsets_count_code_points_of_composed_text(tmp_path: Path):
    a_note(tmp_path, body=unicodedata.normalize("NFD", "## risks: Café 𝄞\n\nÉtienne rests."))

    [entry] = read_notes(tmp_path)

    [passage] = entry.passages
    assert passage.text == unicodedata.normalize("NFC", "Étienne rests.")
    assert entry.text[passage.start :] == passage.text
    assert entry.source.text_sha256 == hashlib.sha256(entry.text.encode()).hexdigest()


def test_ids_are_hashes_that_change_with_text_and_address(tmp_path: Path):
    a_note(tmp_path / "one")
    a_note(tmp_path / "other", body="## risks: Fever\n\nCAR T-cell therapy can cause chills.")
    a_note(tmp_path / "named", "another")

    ids = [read_notes(tmp_path / name)[0].source.source_id for name in ("one", "other", "named")]

    assert len(set(ids)) == 3
    assert read_notes(tmp_path / "one") == read_notes(tmp_path / "one")
    assert all(len(i) == 30 and i.startswith("src_") and i == i.lower() for i in ids)


@pytest.mark.parametrize(
    ("line", "fault", "old", "new"),
    [
        (1, "begins with its keys", "---\nnote:", "note:"),
        (2, "note is not named a-note", "note: a-note", "note: b"),
        (3, "title is not a text", "title: A note", "title:"),
        (4, "topic cannot be 'gout'", "topic: car-t-cell-therapy", "topic: gout"),
        (5, "as_of cannot be", '"2026-11-22"', '"22 Nov"'),
        (6, "'notes' is not one of", "notice:", "notes:"),
        (2, "'notice' is missing", "notice: Demonstration", "# Demonstration"),
        (8, "'unused' is not one of", "rests_on:", "rests_on: x\nunused:"),
        (9, "publisher is not a text", "  publisher: A publisher", "  publisher: [A, B]"),
        (7, "'url' is missing", "  url: https://example.org/a-note\n", ""),
        (10, "url is not a web address", "https://example.org", "ftp://example.org"),
        (11, "type cannot be 'blog'", "news_report", "blog"),
        (11, "type cannot be 'demonstration_note'", "news_report", "demonstration_note"),
        (9, "'publisher' is twice", "  publisher: A", "  publisher: B\n  publisher: A"),
        (8, "not YAML", '"A page: of someone"', "A page: of: someone"),
        (15, "facet 'rumours' is unknown", "## risks:", "## rumours:"),
        (15, "a heading reads", "## risks: Fever", "## Fever"),
        (15, "before the first heading", "## risks: Fever", "Fever"),
        (15, "ends without a paragraph", "CAR T-cell therapy can cause fever.", ""),
        (17, "heading above has no paragraph", "CAR T-cell", "## risks: More\n\nCAR T-cell"),
    ],
)
def test_a_fault_is_one_line_with_file_and_line(
    tmp_path: Path, line: int, fault: str, old: str, new: str
):
    path = a_note(tmp_path)
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new, 1))

    with pytest.raises(CorpusUnreadable) as raised:
        read_notes(tmp_path)

    told = str(raised.value)
    assert fault in told
    shift = 1 if "twice" in fault else 0
    assert told.startswith(f"{path}:{line + shift}:")
    assert "\n" not in told


def test_bytes_that_are_not_text_are_a_fault(tmp_path: Path):
    (tmp_path / "a.md").write_bytes(b"---\n\xff\n---\n")

    with pytest.raises(CorpusUnreadable, match=r"a\.md:1: cannot be read"):
        read_notes(tmp_path)


def test_a_folder_without_notes_is_a_fault(tmp_path: Path):
    with pytest.raises(CorpusUnreadable, match="holds no notes"):
        read_notes(tmp_path)
