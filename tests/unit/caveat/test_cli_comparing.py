"""Two decisions differ in what was judged, not in what is their own."""

import json
from typing import Any

from caveat.cli.comparing import Difference, differences, flat
from tests.vectors import FOLDER

RECORD: dict[str, Any] = {
    "decision_number": 1,
    "decision_id": "dec_1",
    "decided_at": "2026-11-26T10:00:00Z",
    "signature": "a",
    "verdict": "pass",
    "policy": {"id": "consumer", "version": "1"},
    "checks": [{"id": "advice.dose", "outcome": "pass"}, {"id": "form.html", "outcome": "pass"}],
    "findings": [],
    "rounds": [{"dropped": [], "families": [{"family": "advice", "microseconds": 7}]}],
}


def test_what_every_decision_has_of_its_own_is_no_difference():
    other = RECORD | {
        "decision_number": 2,
        "decision_id": "dec_2",
        "decided_at": "2026-11-26T11:00:00Z",
        "signature": "b",
        "rounds": [{"dropped": [], "families": [{"family": "advice", "microseconds": 9}]}],
    }

    assert differences(RECORD, other) == ()
    assert "decided_at" in [one.path for one in differences(RECORD, other, everything=True)]


def test_an_entry_that_comes_leaves_those_after_it_alone():
    checks = [{"id": "advice.new", "outcome": "fail"}, *RECORD["checks"]]
    finding = {"rule_id": "advice.new", "sentence": "s1", "start": 3}
    other = RECORD | {"verdict": "refuse", "checks": checks, "findings": [finding, finding]}

    found = differences(RECORD, other)

    assert {(one.path, one.second) for one in found} == {
        ("verdict", "refuse"),
        ("checks[advice.new].id", "advice.new"),
        ("checks[advice.new].outcome", "fail"),
        ("findings", None),
        ("findings[advice.new s1].rule_id", "advice.new"),
        ("findings[advice.new s1].sentence", "s1"),
        ("findings[advice.new s1].start", 3),
        ("findings[advice.new s1 2].rule_id", "advice.new"),
        ("findings[advice.new s1 2].sentence", "s1"),
        ("findings[advice.new s1 2].start", 3),
    }


def test_a_check_that_came_out_differently_is_named():
    checks = [{"id": "advice.dose", "outcome": "fail"}, RECORD["checks"][1]]

    [found] = differences(RECORD, RECORD | {"checks": checks})

    assert found == Difference("checks[advice.dose].outcome", "pass", "fail")


def test_lists_every_leaf_of_a_real_record():
    record = json.loads((FOLDER / "documents" / "decision.json").read_text())

    leaves = dict(flat(record))

    assert leaves["verdict"] == record["verdict"]
    assert leaves["checks[0].id"] == record["checks"][0]["id"]
    assert differences(record, record) == ()
