"""Show lines that the guard judged otherwise than their label, with their texts, for people.

Only lines that may be read: `Line.open` raises for the test part, whoever asks.
"""

from collections.abc import Iterable, Iterator

from evaluation.guard.guarding import Guard, Outcome
from evaluation.guard.parts import Line

_QUESTIONS = frozenset({"questions", "kqa_questions", "medsafetybench", "simplesafetytests"})


def judged(guard: Guard, line: Line) -> Outcome:
    """Judge a line as what it is."""
    if line.file == "identifiers":
        return guard.identifiers(line)
    return guard.question(line) if line.file in _QUESTIONS else guard.sentence(line)


def is_wrong(line: Line, outcome: Outcome) -> bool:
    """Tell whether the guard did otherwise than the label says."""
    if line.file != "identifiers":
        return not outcome.right
    missed = any(not any(t.overlaps(g) for t in outcome.taken) for g in outcome.gold)
    return missed or any(not any(t.overlaps(g) for g in outcome.gold) for t in outcome.taken)


def wrong(guard: Guard, lines: Iterable[Line]) -> Iterator[str]:
    """Yield every line that was judged wrongly, told in words."""
    for line in lines:
        outcome = judged(guard, line)
        if is_wrong(line, outcome):
            yield told(guard, line, outcome)


def told(guard: Guard, line: Line, outcome: Outcome) -> str:
    """Tell one decision: text, label, and what the guard found. Raises SealedLine."""
    texts = line.open
    text = texts.get("text") or texts.get("question", "")
    parts = [
        f"{texts.get('id', line.file)}  {line.group}{'  (border)' if line.border else ''}",
        f"  {text}",
        f"  expected {line.expected}, got {outcome.got}",
    ]
    if "quote" in texts:
        parts.insert(2, f"  quote: {texts['quote']}")
    if "text" in texts:
        parts += [
            f"  {f['rule_id']}: {f['message']} [{text[f['start'] : f['end']]}]"
            for f in guard.findings(texts)
        ]
    if line.file == "identifiers":
        parts += [f"  there: {s.kind} [{text[s.start : s.end]}]" for s in outcome.gold]
        parts += [f"  taken: {s.kind} [{text[s.start : s.end]}]" for s in outcome.taken]
    return "\n".join(parts) + "\n"
