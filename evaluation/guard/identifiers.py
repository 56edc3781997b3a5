"""Figures of the redaction: what it takes out of questions, and what it should have."""

from collections.abc import Sequence

from evaluation.guard.figures import Figure, Section, Table, f1, measured, percent, share
from evaluation.guard.guarding import CRASHED, Outcome
from evaluation.guard.parts import Span

PERSON = "PERSON"
SURVIVING = frozenset({"eponym", "drug-name"})


def of_part(outcomes: Sequence[Outcome]) -> Section:
    """Tell recall and precision by kind, on spans that overlap, and what was taken by mistake."""
    if not outcomes:
        return Section("Identifiers")
    kinds = sorted({span.kind for one in outcomes for span in (*one.gold, *one.taken)})
    rows = tuple(_row(kind, outcomes) for kind in kinds)
    harmless = [one for one in outcomes if one.group in SURVIVING]
    figures = (
        *_of_patterns(outcomes),
        share("identifiers.person.recall", "names found", *_found(PERSON, outcomes)),
        share("identifiers.person.precision", "names taken that are identifiers",
              *_true(PERSON, outcomes)),
        share("identifiers.survivors_altered", "eponyms, drug names and the like altered",
              sum(one.altered for one in harmless), len(harmless), less_is_better=True),
    )  # fmt: skip
    head = ("kind", "there", "found", "recall", "taken", "rightly", "precision", "F1",
            "gone as a whole, by any kind")  # fmt: skip
    crashed = sum(one.got == CRASHED for one in outcomes)
    return Section(
        "Identifiers", figures, (Table("By kind", head, rows),), (_HOW,), crashed=crashed
    )


_HOW = (
    "Found: a span of the same kind overlaps. Taken rightly: what was taken as this kind overlaps "
    "an identifier of any kind. Gone as a whole: nothing of it is left, whatever it was taken for."
)


def _found(kind: str, outcomes: Sequence[Outcome]) -> tuple[int, int]:
    there = [(gold, one) for one in outcomes for gold in one.gold if gold.kind == kind]
    found = sum(
        any(taken.kind == kind and taken.overlaps(gold) for taken in one.taken)
        for gold, one in there
    )
    return found, len(there)


def _true(kind: str, outcomes: Sequence[Outcome]) -> tuple[int, int]:
    taken = [(span, one) for one in outcomes for span in one.taken if span.kind == kind]
    return sum(any(span.overlaps(gold) for gold in one.gold) for span, one in taken), len(taken)


def _gone(kind: str, outcomes: Sequence[Outcome]) -> int:
    return sum(
        _covered(gold, one.taken) for one in outcomes for gold in one.gold if gold.kind == kind
    )


def _covered(gold: Span, taken: Sequence[Span]) -> bool:
    return all(
        any(span.start <= place < span.end for span in taken)
        for place in range(gold.start, gold.end)
    )


def _of_patterns(outcomes: Sequence[Outcome]) -> tuple[Figure, ...]:
    """Tell F1 of all kinds that have a pattern, together and one by one."""
    kinds = sorted({span.kind for one in outcomes for span in one.gold} - {PERSON})
    counted = {kind: (*_found(kind, outcomes), *_true(kind, outcomes)) for kind in kinds}
    sums = [sum(column) for column in zip(*counted.values(), strict=True)]
    figures = [
        measured("identifiers.patterns.f1", "pattern kinds together, F1", _f1(*sums))
    ] if sums else []  # fmt: skip
    figures += (
        measured(f"identifiers.{kind.lower()}.f1", f"{kind}, F1", _f1(*counts))
        for kind, counts in counted.items()
    )
    return tuple(figures)


def _f1(found: int, there: int, true: int, taken: int) -> float:
    return f1(true / taken if taken else 0.0, found / there if there else 0.0)


def _row(kind: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    (found, there), (true, taken) = _found(kind, outcomes), _true(kind, outcomes)
    return (
        kind, str(there), str(found), percent(found, there), str(taken), str(true),
        percent(true, taken), f"{_f1(found, there, true, taken):.3f}" if there else "-",
        percent(_gone(kind, outcomes), there),
    )  # fmt: skip
