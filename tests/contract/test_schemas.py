"""What the vectors sign is what the published schemas describe."""

import json
from pathlib import Path

import jsonschema
import pytest

from tests.vectors import FOLDER

SCHEMAS = Path(__file__).parents[2] / "caveat" / "schemas"
DOCUMENTS = sorted((FOLDER / "documents").glob("*.json"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_the_documents_of_the_vectors_fit_their_schema(path: Path):
    kind = "decision" if path.stem == "decision" else "answer"
    schema = json.loads((SCHEMAS / f"{kind}-1.schema.json").read_text())
    document = json.loads(path.read_text())

    assert list(jsonschema.Draft202012Validator(schema).iter_errors(document)) == []


def test_there_is_a_document_of_every_status():
    statuses = {json.loads(path.read_text()).get("status") for path in DOCUMENTS}
    assert {"published", "insufficient_evidence", "refused", "failed"} <= statuses
