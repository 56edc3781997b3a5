"""Feed the guard what nobody meant it to get: `python -m evaluation.guard.fuzz --count 100000`.

Whatever raises, takes more than a second of CPU in one call, or reports a place outside its text
is named by the seed and number that make it again (`--replay SEED:NUMBER`), and the exit code is 1.
"""

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from caveat.cli.progress import counting
from caveat.errors import MalformedEvent
from caveat.model import DraftSentence, Evidence
from evaluation.guard.bait import Bait, bait, sentences
from evaluation.guard.command import the_guard
from services.guard.checking import check_line
from services.guard.core import Round, run_families, settle
from services.guard.examination import Examination, examine, state
from services.guard.policy import Policy
from services.guard.screening import screen
from services.router.redaction import redact

SLOW, ENDLESS = 1.0, 20.0  # CPU seconds for one call, and when it is cut off
_LINES = 40  # faults that are printed one by one


class Endless(Exception):
    """An input has taken so much CPU that it is not waited for."""


class Misplaced(Exception):
    """A finding names a place that its text does not have, or a rule that the policy does not."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one input; `what` names an exception or says that it is slow."""

    name: str
    kind: str
    step: str
    what: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.name} ({self.kind}) in {self.step}: {self.what}, {self.seconds:.2f} s of CPU"


Step = Callable[[], object]


def steps(one: Bait, policy: Policy) -> Mapping[str, Step]:
    """Return what an input goes through, by name."""
    if one.line is not None:
        line = one.line
        return {"check_line": lambda: _checked(line, "", policy)}
    if one.draft is not None:
        return {"examine": lambda: _examined(one, policy)}
    text = one.text or ""
    half = len(text) // 2
    cited = json.dumps({"text": text[:half], "passage": text, "quote": text[half // 2 : half]})
    return {
        "check_line text": lambda: _checked(json.dumps({"text": text}), text, policy),
        "check_line cited": lambda: _checked(cited, text[:half], policy),
        "check_line question": lambda: _checked(json.dumps({"question": text}), text, policy),
        "settle": lambda: _settled(text, policy),
        "screen": lambda: screen(text, "en", policy),
        "redact": lambda: redact(text),
    }


def _checked(line: str, text: str, policy: Policy) -> None:
    try:
        judged = check_line(line, policy)
    except MalformedEvent:
        return  # which is how a line is refused
    json.dumps(judged)
    for finding in judged["findings"]:
        if finding["rule_id"] not in policy.rules:
            raise Misplaced("a rule that the policy does not have")
        if text and not 0 <= finding["start"] <= finding["end"] <= len(text):
            raise Misplaced("a place outside the text")


def _settled(text: str, policy: Policy) -> Round:
    statement = state(DraftSentence("s1", text), policy)
    return settle(run_families(Examination(policy, (statement,), cited=False)), policy)


def _examined(one: Bait, policy: Policy) -> Round:
    assert one.draft is not None  # noqa: S101 - the step is for drafts
    known = {passage.passage_id: passage for passage in one.passages}
    evidence = Evidence("corpus-1", (), (), (), "2026-11-20")
    examination = examine(one.draft, evidence, known, policy)
    for seen in (examination, Examination(policy, examination.statements, known, known)):
        found = settle(run_families(seen), policy)
    return found


def faults_of(one: Bait, policy: Policy) -> Iterator[Fault]:
    """Run an input through its steps and yield what is wrong with it."""
    for step, run in steps(one, policy).items():
        began = time.process_time()
        what = ""
        try:
            with _limited():
                run()
        except Exception as error:
            # Nothing may raise here, so whatever does is a fault; its kind is what is told.
            what = type(error).__name__
        took = time.process_time() - began
        if what or took > SLOW:
            yield Fault(one.name, one.kind, step, what or "slow", took)


@contextmanager
def _limited() -> Iterator[None]:
    """Cut off what takes too long: Python looks at signals within a regular expression too."""

    def end(number: int, frame: FrameType | None) -> None:
        raise Endless

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, ENDLESS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def run(
    count: int, seed: int, policy: Policy, tell: Callable[[int, int], None], *, first: int = 0
) -> Iterator[Fault]:
    """Run so many inputs of a seed and yield their faults."""
    known = sentences()
    for number in range(first, first + count):
        yield from faults_of(bait(seed, number, known), policy)
        tell(number - first + 1, count)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, or replay one input, and print the faults."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.guard.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--replay", metavar="SEED:NUMBER", help="make this one again and show it")
    options = parser.parse_args(arguments)
    policy = the_guard().policy
    if options.replay:
        seed, number = map(int, options.replay.split(":"))
        one = bait(seed, number, sentences())
        sys.stdout.write(f"{_shown(one)}\n")
        return 1 if _printed(faults_of(one, policy)) else 0
    began = time.process_time()
    with counting(f"fuzz, seed {options.seed}") as tell:
        first, count = options.first, options.count
        found = _printed(run(count, options.seed, policy, tell, first=first))
    took = time.process_time() - began
    sys.stdout.write(f"{options.count} inputs, {found} faults, {took:.0f} s of CPU\n")
    return 1 if found else 0


def _printed(faults: Iterator[Fault]) -> int:
    """Print faults as they are found, for a long run may be ended early; return their number."""
    found = 0
    for found, fault in enumerate(faults, 1):
        if found <= _LINES:
            sys.stdout.write(f"{fault}\n")
            sys.stdout.flush()
    return found


def _shown(one: Bait) -> str:
    held: Any = one.draft if one.draft is not None else one.text if one.line is None else one.line
    return f"{one.kind}: {ascii(held)[:2_000]}"


if __name__ == "__main__":
    raise SystemExit(main())
