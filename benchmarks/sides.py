"""Ask the stack and the plain functions the same questions in turns, and keep what each took."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from benchmarks.command import ROOT, Tell
from benchmarks.measuring import Busy, turns
from benchmarks.stack import QUESTIONS, Stack, Watch
from caveat.cli.plan import BROKER
from caveat.errors import StartupError

PORTION = 12  # questions in a turn: enough for the kernel's hundredths of CPU seconds
STACK, PLAIN = "stack", "plain"

# What differs between two answers to one question: who, when, which number.
_VOLATILE = (
    ("id",), ("question_id",), ("trace_id",), ("dates", "answered_at"),
    ("guard", "decided_at"), ("guard", "decision_id"),
)  # fmt: skip


@dataclass(slots=True)
class Series:
    """What one side took: seconds by question, and CPU seconds a question by turn."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Comparison:
    """Both sides, turn by turn; `programs` are the stack's CPU seconds a question by program."""

    stack: Series = field(default_factory=Series)
    plain: Series = field(default_factory=Series)
    programs: dict[str, list[float]] = field(default_factory=dict)
    traces: list[str] = field(default_factory=list)  # of the stack's answers
    busy: Busy | None = None

    def differing(self) -> tuple[str, ...]:
        """List the questions that the two sides answered otherwise."""
        return tuple(
            text
            for text, document in self.stack.documents.items()
            if text in self.plain.documents
            and lasting(document) != lasting(self.plain.documents[text])
        )


def lasting(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document without what must differ between two answers."""
    kept = deepcopy(dict(document))
    for *parts, last in _VOLATILE:
        place: Any = kept
        for part in parts:
            place = place[part]
        del place[last]
    return kept


class PlainProcess:
    """The plain functions in their process; see benchmarks.plain."""

    def __init__(self, stack: Stack) -> None:
        self._running = subprocess.Popen(  # noqa: S603 - the arguments are ours
            [sys.executable, "-m", "benchmarks.plain", str(stack.home)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env=dict(stack.environment) | {"MALLOC_ARENA_MAX": "2"},
        )  # fmt: skip
        self._read()

    def ask(self, text: str) -> tuple[float, float, dict[str, Any]]:
        """Return seconds, CPU seconds and the document. Raises StartupError when it has ended."""
        assert self._running.stdin is not None  # noqa: S101 - opened above
        self._running.stdin.write(text + "\n")
        self._running.stdin.flush()
        told = self._read()
        return told["seconds"], told["cpu"], told["document"]

    def _read(self) -> dict[str, Any]:
        assert self._running.stdout is not None  # noqa: S101 - opened above
        line = self._running.stdout.readline()
        if not line:
            raise StartupError("the plain functions ended; their reason stands above")
        return dict(json.loads(line))

    def end(self) -> None:
        """End it."""
        if self._running.stdin is not None:
            self._running.stdin.close()
        self._running.wait()


@contextmanager
def plain_functions(stack: Stack) -> Iterator[PlainProcess]:
    """Start the plain functions, have them warm, and end them."""
    running = PlainProcess(stack)
    try:
        for text in QUESTIONS[-8:]:
            running.ask(text)
        yield running
    finally:
        running.end()


def compare(
    stack: Stack, plain: PlainProcess, texts: Sequence[str], rounds: int, tell: Tell
) -> Comparison:
    """Ask every question on both sides in every round, in turns of a portion each."""
    found, watch, plain_cpu = Comparison(), Watch(stack), 0.0
    portions = [texts[start : start + PORTION] for start in range(0, len(texts), PORTION)]
    total = rounds * len(portions)
    for number, name in turns((STACK, PLAIN), total):
        portion = portions[number % len(portions)]
        if name == STACK:
            _ask_stack(stack, portion, found)
        else:
            plain_cpu += _ask_plain(plain, portion, found)
        tell(number, total)
    found.busy = watch.look(plain_cpu)
    return found


def _ask_stack(stack: Stack, portion: Sequence[str], found: Comparison) -> None:
    before = stack.cpu()
    for text in portion:
        took, document = stack.ask(text)
        found.stack.seconds.append(took)
        found.stack.documents[text] = document
        found.traces.append(document["trace_id"])
    used = {name: (cpu - before[name]) / len(portion) for name, cpu in stack.cpu().items()}
    for name, cpu in used.items():
        found.programs.setdefault(name, []).append(cpu)
    found.stack.cpu.append(sum(cpu for name, cpu in used.items() if name != BROKER))


def _ask_plain(plain: PlainProcess, portion: Sequence[str], found: Comparison) -> float:
    total = 0.0
    for text in portion:
        took, cpu, document = plain.ask(text)
        found.plain.seconds.append(took)
        found.plain.documents[text] = document
        total += cpu
    found.plain.cpu.append(total / len(portion))
    return total
