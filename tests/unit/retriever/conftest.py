"""The notes and the folder that the tests of the corpus's versions build with."""

from pathlib import Path

import pytest

from services.retriever.folder import CorpusFolder
from tests.unit.retriever.builders import a_note


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    a_note(tmp_path / "notes")
    return tmp_path / "notes"


@pytest.fixture
def folder(tmp_path: Path) -> CorpusFolder:
    return CorpusFolder(tmp_path / "home" / "corpus")
