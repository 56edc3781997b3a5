from dataclasses import replace
from typing import Any

import pytest

from caveat.errors import MalformedEvent
from caveat.model import Action, Fallback, Finding, Gap, QuestionToAsk, Severity, Verdict
from services.guard.core import (
    CRASHED,
    Round,
    hold_together,
    is_enough,
    placed_sentences,
    run_families,
    settle,
    verdict_of,
    without,
)
from services.guard.examination import Hit
from services.guard.policy import Policy
from services.guard.validators import FAMILIES, RULES_OF_FAMILY
from tests.unit.guard.builders import (
    FIRST,
    a_cited,
    a_draft,
    a_policy,
    a_section,
    an_evidence,
    an_examination,
)

SILENT: dict[str, tuple[Hit, ...]] = dict.fromkeys(FAMILIES, ())


def a_policy_where(rule_id: str, action: Action) -> Policy:
    policy = a_policy()
    rule = replace(policy.rules[rule_id], action=action)
    return replace(policy, rules={**policy.rules, rule_id: rule})


def a_round(
    action: Action | None = None, rule_id: str = "advice.dose", sentence: str = "s1"
) -> Round:
    if action is None:
        return Round((), ())
    finding = Finding(rule_id, Severity.ERROR, action, sentence, 0, 1, "")
    return Round((finding,), (sentence,) if action in (Action.DROP, Action.REDRAFT) else ())


def test_every_rule_belongs_to_a_family_and_to_the_policy() -> None:
    assert set(FAMILIES) == set(RULES_OF_FAMILY)
    for family, rules in RULES_OF_FAMILY.items():
        assert rules
        assert set(rules) <= set(a_policy().rules), family


def test_a_silent_round_drops_nothing() -> None:
    assert settle(SILENT, a_policy()) == Round((), ())


def test_a_hit_is_weighed_by_the_policy() -> None:
    hit = Hit("advice.dose", "names a dose for the reader", "s2", 3, 7)

    one = settle({**SILENT, "advice": (hit,)}, a_policy())

    assert one.findings == (
        Finding("advice.dose", Severity.CRITICAL, Action.DROP, "s2", 3, 7, hit.message),
    )
    assert one.dropped == ("s2",)
    assert not one.refused


@pytest.mark.parametrize(
    ("action", "dropped", "refused"),
    [
        (Action.WARN, (), False),
        (Action.DROP, ("s2",), False),
        (Action.REDRAFT, ("s2",), False),
        (Action.REFUSE, (), True),
    ],
)
def test_the_action_decides_what_becomes_of_a_sentence(
    action: Action, dropped: tuple[str, ...], refused: bool
) -> None:
    hits = {**SILENT, "advice": (Hit("advice.dose", "", "s2", 0, 1),)}

    one = settle(hits, a_policy_where("advice.dose", action))

    assert (one.dropped, one.refused) == (dropped, refused)


@pytest.mark.parametrize("action", [Action.DROP, Action.REDRAFT])
def test_a_finding_that_can_drop_nothing_refuses(action: Action) -> None:
    hits = {**SILENT, "disclosure": (Hit("disclaimer.missing", ""),)}

    one = settle(hits, a_policy_where("disclaimer.missing", action))

    assert one.refused
    assert verdict_of([one], enough=True) is Verdict.REFUSE


@pytest.mark.parametrize("family", FAMILIES)
def test_an_absent_family_has_crashed(family: str) -> None:
    one = settle({f: () for f in FAMILIES if f != family}, a_policy())

    assert [(f.rule_id, f.action) for f in one.findings] == [(CRASHED, Action.REFUSE)]
    assert family in one.findings[0].message
    assert one.crashed


def test_drops_each_sentence_once_and_in_their_order() -> None:
    hits = tuple(Hit("advice.dose", "", s, 0, 1) for s in ("s10", "s9", "s10", "x"))

    assert settle({**SILENT, "advice": hits}, a_policy()).dropped == ("x", "s9", "s10")


@pytest.mark.parametrize(
    ("rounds", "enough", "verdict"),
    [
        ([a_round()], True, Verdict.PASS),
        ([a_round(Action.WARN)], True, Verdict.PASS),
        ([a_round(Action.DROP), a_round()], True, Verdict.PASS_WITH_EDITS),
        ([a_round(Action.REDRAFT), a_round()], True, Verdict.PASS_WITH_EDITS),
        ([a_round()], False, Verdict.INSUFFICIENT_EVIDENCE),
        ([a_round(Action.DROP), a_round()], False, Verdict.INSUFFICIENT_EVIDENCE),
        ([a_round(Action.REFUSE)], True, Verdict.REFUSE),
        ([a_round(Action.REFUSE)], False, Verdict.REFUSE),
        ([a_round(Action.DROP), a_round(Action.REFUSE)], True, Verdict.REFUSE),
        ([a_round(Action.REFUSE, CRASHED, "")], True, Verdict.FAILED),
        ([a_round(Action.REFUSE), a_round(Action.WARN, CRASHED, "")], True, Verdict.FAILED),
    ],
)
def test_the_gravest_finding_decides_the_verdict(
    rounds: list[Round], enough: bool, verdict: Verdict
) -> None:
    assert verdict_of(rounds, enough=enough) is verdict


def test_takes_nothing_out_when_nothing_is_dropped() -> None:
    assert without(a_draft(), ()) == a_draft()


def test_takes_a_sentence_out_of_summary_sections_and_reasons() -> None:
    left = without(a_draft(), ["s1"])

    assert "s1" not in {s.sentence_id for s in left.sentences}
    assert left.summary == ()
    assert left.sections[0] == a_section("s2")
    assert left.questions_to_ask == (QuestionToAsk("s4", ("s3",)),)
    assert left.gaps == a_draft().gaps


def test_takes_out_what_would_stand_empty() -> None:
    left = without(a_draft(), ["s3"])

    assert [section.kind for section in left.sections] == ["treatment"]
    assert left.questions_to_ask[0].because == ("s1",)
    assert without(left, ["s1", "s2"]).sections == ()


def test_takes_out_a_question_and_a_gap() -> None:
    left = without(a_draft(), ["s4", "s5"])

    assert (left.questions_to_ask, left.gaps) == ((), ())
    assert placed_sentences(left) == ("s1", "s2", "s3")


def test_lists_placed_sentences_once_in_reading_order() -> None:
    assert placed_sentences(a_draft()) == ("s1", "s2", "s3", "s5", "s4")


def test_an_answer_is_a_summary_and_cited_sentences() -> None:
    draft = a_draft()
    examination = an_examination(*draft.sentences)

    assert is_enough(draft, examination)
    assert not is_enough(replace(draft, summary=()), examination)
    assert not is_enough(without(draft, ["s1", "s2", "s3"]), examination)
    assert not is_enough(replace(draft, summary=("s4",), sections=()), examination)
    strict = replace(examination, policy=replace(a_policy(), minimum_clinical=4))
    assert not is_enough(draft, strict)


def test_a_draft_holds_together() -> None:
    hold_together(a_draft(), an_evidence())


@pytest.mark.parametrize(
    "changed",
    [
        {"summary": ("s9",)},
        {"sections": (a_section("s1", "s9"),)},
        {"questions_to_ask": (QuestionToAsk("s9", ()),)},
        {"questions_to_ask": (QuestionToAsk("s4", ("s9",)),)},
        {"gaps": (Gap("s9", "trials"),)},
        {"sentences": (a_cited("s1", FIRST),) * 2},
        {"composer": "You should stop taking it"},
        {"composer": "<b>"},
        {"composer": "x" * 81},
        {"sentences": (a_cited("x1", FIRST),)},
        {"sentences": (a_cited("s0", FIRST),)},
        {"sentences": (a_cited("s\u0661", FIRST),)},
        {"fallback": Fallback("You should stop taking it", "timeout")},
        {"fallback": Fallback("model/m", "You should stop taking it")},
    ],
)
def test_a_draft_that_does_not_is_malformed(changed: dict[str, Any]) -> None:
    with pytest.raises(MalformedEvent):
        hold_together(replace(a_draft(), **changed), an_evidence())


def test_a_passage_without_its_source_is_malformed() -> None:
    with pytest.raises(MalformedEvent, match="without its source"):
        hold_together(a_draft(), an_evidence(sources=()))


def test_runs_every_family_without_the_engine() -> None:
    assert run_families(an_examination(a_cited("s1", FIRST))) == dict.fromkeys(FAMILIES, ())
