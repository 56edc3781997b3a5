"""The auditor is away so long that Kafka has forgotten what it missed: nothing is lost."""

import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from kafka import TopicPartition

from caveat.authority import ADMIN
from caveat.cli.access import admin_of, options
from caveat.pipeline import ANSWER_GUARDED, HOT_PARTITIONS
from tests.e2e.asking import Asking, records
from tests.e2e.conftest import Stack
from tests.e2e.test_faults import away

TEXTS = (
    "What are the symptoms of MDS?",
    "What is azacitidine?",
    "I want to end my life",
    "How is a cataract removed?",
)
MISSED = 24


@pytest.fixture
def asking(stack: Stack) -> Asking:
    return Asking(stack)


def decisions(stack: Stack) -> list[dict[str, Any]]:
    """List what is in the log; nothing while the auditor is on its way back."""
    told = stack.caveat("decisions", "ls", "--limit", "100000", "--json")
    assert told.returncode in (0, 69), told.stderr
    return list(json.loads(told.stdout)) if told.stdout else []


def forget(stack: Stack) -> None:
    """Have Kafka drop what is on answer.guarded, as it does with what is three days old."""
    ends: dict[TopicPartition, int] = {}
    for record in records(stack, ANSWER_GUARDED, HOT_PARTITIONS):
        ends[TopicPartition(ANSWER_GUARDED, record.partition)] = record.offset + 1
    with admin_of(options(stack.local, ADMIN)) as admin:
        admin.delete_records(ends)
    assert records(stack, ANSWER_GUARDED, HOT_PARTITIONS) == []


def test_catches_up_in_order_and_proves_what_it_missed(asking: Asking, tmp_path: Path):
    stack = asking.stack
    settled = asking.answer(TEXTS[0])
    before = int(settled["guard"]["decision_id"].removeprefix("dec_"))

    with away(stack, "auditor"):
        missed = [asking.accepted(f"{TEXTS[n % 4]} {n}") for n in range(MISSED)]
        answers = [asking.settled(question_id)["answer"] for question_id in missed]
        assert stack.caveat("decisions", "ls").returncode == 69
        forget(stack)
    late = asking.answer(TEXTS[1])

    wanted = {a["question_id"]: a["guard"]["decision_id"] for a in (*answers, late)}
    deadline = time.monotonic() + 60
    while True:
        listed = decisions(stack)
        found = {d["question_id"]: f"dec_{d['number']}" for d in listed}
        if wanted.items() <= found.items():
            break
        assert time.monotonic() < deadline, (len(found), stack.caveat("status").stdout)
        time.sleep(0.5)
    assert [d["number"] for d in listed] == list(range(1, len(listed) + 1))
    assert len(listed) >= before + MISSED + 1

    proof = tmp_path / "proof.json"
    proved = stack.caveat("audit", "prove", missed[MISSED // 2], "-o", str(proof))
    assert proved.returncode == 0, proved.stderr
    assert stack.caveat("audit", "verify", str(proof)).returncode == 0
    verified = stack.caveat("audit", "verify", "--json")
    assert verified.returncode == 0, verified.stdout
    assert backfilled(stack) >= MISSED


def backfilled(stack: Stack) -> float:
    [program] = [p for p in stack.plan.services if p.name == "auditor"]
    text = httpx.get(f"http://127.0.0.1:{program.probe_port}/metrics", trust_env=False).text
    name = "caveat_audit_backfilled_leaves_total "
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))
