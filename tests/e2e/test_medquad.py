"""Real patient information, ingested and answered from."""

import os
from pathlib import Path

import pytest

from tests.e2e.asking import Asking
from tests.e2e.conftest import BringUp

FILE = Path(os.environ.get("CAVEAT_DATA", "")) / "medquad" / "medquad.jsonl.gz"


@pytest.mark.skipif(
    not os.environ.get("CAVEAT_DATA"), reason="CAVEAT_DATA does not name the folder of data sets"
)
def test_a_question_is_answered_from_a_slice_of_medquad(bring_up: BringUp, tmp_path: Path):
    stack = bring_up(tmp_path / "medquad")
    added = stack.caveat("corpus", "add", "medquad", str(FILE), "--limit", "400")
    assert added.returncode == 0, added.stderr

    asking = Asking(stack)
    answer = asking.answer("What are the symptoms of adult acute lymphoblastic leukemia?")

    assert answer["status"] == "published"
    sources = list(answer["sources"].values())
    assert {source["publisher"] for source in sources} == {"National Cancer Institute"}
    assert {source["type"] for source in sources} == {"patient_summary"}
    text = " ".join(sentence["text"] for sentence in answer["sentences"].values())
    assert "fever" in text
    assert "bruising" in text
