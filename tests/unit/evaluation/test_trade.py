"""Limits that are moved together, and what is counted then."""

from evaluation.guard.command import the_guard
from evaluation.guard.parts import Part, line_of
from evaluation.guard.trade import LEAST, MOST, moved, row
from services.guard.validators.advice import RULES

ADVICE = "Stop taking lenalidomide."
FACT = "Azacitidine is used in higher-risk MDS."


def a_line(text: str, expected: str) -> object:
    return line_of(
        Part.DEVELOPMENT,
        "advice",
        {"class": "advice.directive", "expected": expected, "text": text},
    )


def test_every_limit_of_advice_is_moved_and_no_other() -> None:
    policy = the_guard().policy

    shifted = moved(policy, 50)

    for rule_id, rule in policy.rules.items():
        limits = dict(rule.thresholds)
        if rule_id in RULES:
            limits["score"] += 50
        assert shifted.rules[rule_id].thresholds == limits


def test_limits_stay_within_what_scores_can_be() -> None:
    policy = the_guard().policy

    for by, bound in ((-2000, LEAST), (2000, MOST)):
        assert {moved(policy, by).rules[r].thresholds["score"] for r in RULES} == {bound}


def test_a_row_counts_stops_and_false_stops() -> None:
    lines = [[a_line(ADVICE, "stop"), a_line(FACT, "pass")], [a_line(ADVICE, "pass")], [], []]

    told = row(the_guard(), lines, 0, lambda done, of: None)  # type: ignore[arg-type]

    assert told == ("+0", "100.0 %", "-", "50.0 %", "-", "-", "-")
