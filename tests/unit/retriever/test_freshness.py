from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client import REGISTRY

from services.retriever.build import build
from services.retriever.folder import CorpusFolder
from services.retriever.freshness import Freshness
from services.retriever.library import Library
from tests.unit.retriever.builders import a_note

NAME = "caveat_corpus_age_seconds"


def ages() -> dict[str, float]:
    return {
        sample.labels["source"]: sample.value
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name == NAME
    }


async def test_tells_the_age_of_the_source_seen_least_recently(folder: CorpusFolder, notes: Path):
    older = a_note(notes, "b-note")
    older.write_text(older.read_text().replace("2026-11-22", "2026-10-01"))
    build(folder, notes)
    library = Library(folder)
    [(kind, seen)] = library.current.seen.items()

    await Freshness(library, lambda: seen + timedelta(days=2)).look()

    assert ages() == {"demonstration_note": 172_800.0}
    assert kind == "demonstration_note"
    assert seen == datetime(2026, 10, 1, tzinfo=UTC)


async def test_forgets_a_type_that_the_next_version_has_not(folder: CorpusFolder, notes: Path):
    build(folder, notes)
    library = Library(folder)
    await Freshness(library, lambda: datetime.now(UTC)).look()
    library.current.seen = {}

    await Freshness(library, lambda: datetime.now(UTC)).look()

    assert ages() == {}
