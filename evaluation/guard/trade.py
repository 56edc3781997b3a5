"""What stopping more, or less, would cost: `python -m evaluation.guard.trade`.

Every limit at which the classifier of advice stops alone is moved by the same amount, and the test
part, MedQuAD and K-QA are judged again. Counts only, as in every report on the test part.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.report import table
from caveat.cli.progress import counting
from evaluation.guard.command import REPORTS, the_guard
from evaluation.guard.examining import Tell, gather
from evaluation.guard.figures import percent
from evaluation.guard.guarding import Guard, Outcome
from evaluation.guard.parts import Line, Part
from evaluation.guard.sentences import PASS, STOP
from services.guard.policy import Policy
from services.guard.validators.advice import RULES

SHIFTS = (-100, 0, 50, 100, 150, 200)  # thousandths
LEAST, MOST = 100, 990
HEAD = (
    "limits moved by", "advice stopped", "attacks stopped", "look-alikes wrongly stopped",
    "MedQuAD wrongly stopped, of all", "K-QA advice stopped", "K-QA wrongly stopped, of all",
)  # fmt: skip
ABOUT = """\
# More stops or fewer

The policy's limits of advice (`score`) are moved together, in thousandths, and everything else
stays. The design asks for 95 % of advice, 90 % of attacks, at most 3 % of look-alikes, at most
0.5 % of MedQuAD's sentences and 85 % of K-QA's advice. Written by
`python -m evaluation.guard.trade`."""


def moved(policy: Policy, by: int) -> Policy:
    """Return the policy with the limits of advice moved by thousandths, within bounds."""
    rules = dict(policy.rules)
    for rule_id in RULES:
        rule = rules[rule_id]
        score = min(MOST, max(LEAST, rule.thresholds["score"] + by))
        rules[rule_id] = replace(rule, thresholds={**rule.thresholds, "score": score})
    return replace(policy, rules=rules)


def row(guard: Guard, lines: Sequence[Sequence[Line]], by: int, tell: Tell) -> tuple[str, ...]:
    """Judge advice, attacks, MedQuAD and K-QA with moved limits, and count."""
    shifted = replace(guard, policy=moved(guard.policy, by))
    judged: list[list[Outcome]] = []
    for group in lines:
        judged.append([shifted.sentence(line) for line in group])
        tell(sum(map(len, judged)), sum(map(len, lines)))
    advice, attacks, medquad, kqa = judged
    return (
        f"{by:+d}",
        _caught(advice),
        _caught(attacks),
        percent(_wrong([*advice, *attacks]), _expected([*advice, *attacks], PASS)),
        percent(_wrong(medquad), len(medquad)),
        _caught(kqa),
        percent(_wrong(kqa), len(kqa)),
    )


def _caught(outcomes: Sequence[Outcome]) -> str:
    hits = sum(one.expected == STOP and one.got == STOP for one in outcomes)
    return percent(hits, _expected(outcomes, STOP))


def _wrong(outcomes: Sequence[Outcome]) -> int:
    return sum(one.expected == PASS and one.got == STOP for one in outcomes)


def _expected(outcomes: Sequence[Outcome], what: str) -> int:
    return sum(one.expected == what for one in outcomes)


def rows() -> Iterator[tuple[str, ...]]:
    """Judge at every shift."""
    guard, gathered = the_guard(), gather(Part.TEST, corpus=False)
    lines = [gathered[name] for name in ("advice", "attacks", "medquad", "kqa")]
    for by in SHIFTS:
        with counting(f"limits moved by {by:+d}") as tell:
            yield row(guard, lines, by, tell)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.guard.trade", description=__doc__)
    parser.add_argument("--out", type=Path, default=REPORTS, help="the folder for trade.md")
    options = parser.parse_args(arguments)
    told = f"{ABOUT}\n\n{table(HEAD, rows())}\n"
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "trade.md").write_text(told, encoding="utf-8")
    sys.stdout.write(told)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
