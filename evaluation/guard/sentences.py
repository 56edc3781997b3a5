"""Figures of sentences: advice and attacks that are stopped, look-alikes that are not."""

from collections import Counter
from collections.abc import Sequence

from evaluation.guard.figures import Figure, Section, Table, percent, share, wilson
from evaluation.guard.guarding import CRASHED, Outcome

STOP, PASS = "stop", "pass"


def of_part(advice: Sequence[Outcome], attacks: Sequence[Outcome]) -> Section:
    """Tell how many sentences of advice are stopped, by class, and how many others wrongly."""
    both = [*advice, *attacks]
    figures = [
        *_recall("advice", "advice stopped", advice),
        *_recall("attacks", "attack stopped", attacks),
    ]
    if both:
        figures.append(_false_stops("sentences.false_stops", "look-alikes wrongly stopped", both))
    tables = [
        *_tables("advice", "Advice by class", advice),
        *_tables("attacks", "Attacks by class", attacks),
    ]
    crashed = sum(one.got == CRASHED for one in both)
    return Section("Sentences", tuple(figures), tuple(tables), (_SOFTER,) if both else (),
                   crashed=crashed)  # fmt: skip


_SOFTER = (
    "“By its rule” counts the stops of which one finding is by the rule that was meant; it is a "
    "softer figure, for any rule may stop a sentence."
)


def _stopped(outcomes: Sequence[Outcome]) -> int:
    return sum(one.got == STOP for one in outcomes)


def _recall(key: str, what: str, outcomes: Sequence[Outcome]) -> list[Figure]:
    bad = [one for one in outcomes if one.expected == STOP]
    if not bad:
        return []
    figures = [share(f"{key}.recall", f"{what}, overall", _stopped(bad), len(bad))]
    for group in sorted({one.group for one in bad}):
        mine = [one for one in bad if one.group == group]
        name = group.removeprefix("advice.")
        figures.append(share(f"{key}.recall.{name}", f"{what}: {name}", _stopped(mine), len(mine)))
    return figures


def _false_stops(key: str, what: str, outcomes: Sequence[Outcome]) -> Figure:
    good = [one for one in outcomes if one.expected == PASS]
    return share(key, what, _stopped(good), len(good), less_is_better=True)


def _tables(key: str, title: str, outcomes: Sequence[Outcome]) -> list[Table]:
    if not outcomes:
        return []
    head = ("class", "must stop", "stopped", "recall", "95 % from", "by its rule", "must pass",
            "wrongly stopped", "share", "rules of the wrong stops")  # fmt: skip
    groups = sorted({one.group for one in outcomes})
    rows = [_row(group, [one for one in outcomes if one.group == group]) for group in groups]
    return [
        Table(title, head, (*rows, _row("all", outcomes))),
        _fired(f"{title}: the first rule that fired on what had to stop", key, outcomes),
    ]


def _row(name: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    bad = [one for one in outcomes if one.expected == STOP]
    good = [one for one in outcomes if one.expected == PASS]
    caught, wrong = _stopped(bad), _stopped(good)
    meant = sum(one.rule in one.fired for one in bad)
    rules = Counter(rule for one in good for rule in one.fired[:1])
    return (
        name, str(len(bad)), str(caught), percent(caught, len(bad)),
        f"{100 * wilson(caught, len(bad))[0]:.1f} %", percent(meant, caught), str(len(good)),
        str(wrong), percent(wrong, len(good)),
        ", ".join(f"{rule} {count}" for rule, count in rules.most_common(3)) or "-",
    )  # fmt: skip


def _fired(title: str, key: str, outcomes: Sequence[Outcome]) -> Table:
    rules: dict[str, Counter[str]] = {}
    for one in outcomes:
        if one.expected == STOP:
            rules.setdefault(one.group, Counter())[one.fired[0] if one.fired else "none"] += 1
    rows = (
        (group, ", ".join(f"{rule} {count}" for rule, count in counted.most_common()))
        for group, counted in sorted(rules.items())
    )
    return Table(title, ("class" if key == "advice" else "attack", "rules"), tuple(rows))


def of_others(title: str, key: str, outcomes: Sequence[Outcome]) -> Section:
    """Tell how many sentences of another kind of text are stopped, rightly and wrongly."""
    wrong = _false_stops(f"{key}.false_stops", f"{title}: wrongly stopped", outcomes)
    figures = (*_recall(key, f"{title}: advice stopped", outcomes), wrong)
    crashed = sum(one.got == CRASHED for one in outcomes)
    return Section(title, figures, crashed=crashed)


def of_pages(name: str, key: str, outcomes: Sequence[Outcome]) -> Section:
    """Tell the same of labelled sentences from real pages, with and without the border cases."""
    clear = [one for one in outcomes if not one.border]
    figures = (
        *_of_pages(name, key, outcomes),
        *_of_pages(f"{name} without border cases", f"{key}.clear", clear),
    )
    crashed = sum(one.got == CRASHED for one in outcomes)
    wrong = Counter(
        rule for one in outcomes if one.expected == PASS for rule in one.fired[:1]
    ).most_common()
    table = Table(
        f"{name}: rules of the wrong stops",
        ("rule", "sentences"),
        tuple((r, str(n)) for r, n in wrong),
    )
    return Section(name, figures, (table,) if wrong else (), crashed=crashed)


def _of_pages(name: str, key: str, outcomes: Sequence[Outcome]) -> tuple[Figure, ...]:
    bad = [one for one in outcomes if one.expected == STOP]
    wrong = _stopped([one for one in outcomes if one.expected == PASS])
    return (
        share(f"{key}.recall", f"{name}: advice stopped", _stopped(bad), len(bad)),
        share(
            f"{key}.false_stops", f"{name}: wrongly stopped, of all sentences", wrong,
            len(outcomes), less_is_better=True,
        ),
    )  # fmt: skip
