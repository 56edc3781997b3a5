"""Whether the corpus is whole, holds the notes as they are now, and is not too old."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from caveat.cli.doctor.diagnosis import Diagnosis, guarded, ill, sound
from caveat.cli.local import Local

if TYPE_CHECKING:
    from services.retriever.version import Manifest

_BUILD = "caveat corpus build"


def checks(local: Local, most_days: int) -> Iterator[Diagnosis]:
    """Open the current version; look at its age only when it opens."""
    opened: list[Manifest] = []
    yield guarded("corpus", _BUILD, lambda: _whole(local, opened))
    for manifest in opened:
        yield guarded("notes", _BUILD, lambda: _fresh(local))
        yield age(manifest.as_of, datetime.now(UTC).date(), most_days)


def _whole(local: Local, opened: "list[Manifest]") -> Diagnosis:
    from services.retriever.folder import CorpusFolder
    from services.retriever.version import open_version

    folder = CorpusFolder(local.home / "corpus")
    manifest = open_version(folder.versions / folder.pointer().current).manifest
    opened.append(manifest)
    return sound("corpus", f"{manifest.corpus_version}, {manifest.total('passages')} passages")


def _fresh(local: Local) -> Diagnosis:
    from caveat.cli.corpus import NOTES
    from services.retriever.build import up_to_date
    from services.retriever.folder import CorpusFolder

    folder = CorpusFolder(local.home / "corpus")
    if up_to_date(folder, NOTES) is not None:
        if instead_of := folder.pointer().instead_of:
            return sound("notes", f"rolled back from {instead_of} on purpose")
        return sound("notes", "the corpus holds them as they are")
    return ill("notes", f"{NOTES} has changed since the corpus was built", _BUILD)


def age(as_of: str, today: date, most_days: int) -> Diagnosis:
    """Hold the date on which the newest source was gathered to what is allowed."""
    days = (today - date.fromisoformat(as_of)).days
    if days <= most_days:
        return sound("sources", f"gathered by {as_of}, {days} days ago")
    mend = f"look at the sources again, renew corpus/notes or add anew, then {_BUILD}"
    return ill("sources", f"gathered by {as_of}, {days} days ago; {most_days} are allowed", mend)
