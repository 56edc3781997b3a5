"""Real patient information, ingested and answered from."""

import json
import os
import time
from pathlib import Path

import grpc
import pytest

from caveat.v1 import retriever_service_pb2 as pb
from caveat.v1.retriever_service_pb2_grpc import RetrieverServiceStub
from tests.e2e.asking import Asking
from tests.e2e.conftest import BringUp, Stack

FILE = Path(os.environ.get("CAVEAT_DATA", "")) / "medquad" / "medquad.jsonl.gz"


def wait_for_corpus(stack: Stack, version: str) -> None:
    """The running retriever takes up a new corpus about a second after it was added."""
    [retriever] = [p for p in stack.plan.services if p.name == "retriever"]
    with grpc.insecure_channel(
        f"127.0.0.1:{retriever.environment['CAVEAT_RETRIEVER_GRPC_PORT']}"
    ) as channel:
        stub = RetrieverServiceStub(channel)
        deadline = time.monotonic() + 15
        while stub.DescribeCorpus(pb.DescribeCorpusRequest()).corpus_version != version:
            assert time.monotonic() < deadline
            time.sleep(0.1)


@pytest.mark.skipif(
    not os.environ.get("CAVEAT_DATA"), reason="CAVEAT_DATA does not name the folder of data sets"
)
def test_a_question_is_answered_from_a_slice_of_medquad(bring_up: BringUp, tmp_path: Path):
    stack = bring_up(tmp_path / "medquad")
    added = stack.caveat("corpus", "add", "medquad", str(FILE), "--limit", "400", "--json")
    assert added.returncode == 0, added.stderr

    wait_for_corpus(stack, json.loads(added.stdout)["corpus_version"])
    asking = Asking(stack)
    answer = asking.answer("What are the symptoms of adult acute lymphoblastic leukemia?")

    assert answer["status"] == "published"
    facts = [s for s in answer["sentences"].values() if s["class"] == "clinical"]
    cited = {answer["citations"][c]["source"] for sentence in facts for c in sentence["citations"]}
    sources = [answer["sources"][name] for name in cited]
    assert {source["publisher"] for source in sources} == {"National Cancer Institute"}
    assert {source["type"] for source in sources} == {"patient_summary"}
    text = " ".join(sentence["text"] for sentence in answer["sentences"].values())
    assert "fever" in text
    assert "bruising" in text
    stack.caveat("down")  # the tests that follow do not need a second stack beside theirs
