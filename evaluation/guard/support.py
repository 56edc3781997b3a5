"""Figures of cited sentences: true ones that pass, and changed ones that are caught."""

from collections import Counter
from collections.abc import Sequence

from evaluation.guard.figures import Figure, Section, Table, percent, share
from evaluation.guard.guarding import CRASHED, Outcome

TRUE = "true"


def of_part(
    authored: Sequence[Outcome], published: Sequence[tuple[str, Sequence[Outcome]]]
) -> Section:
    """Tell both, of the part's own pairs and of true pairs out of data sets."""
    true = [one for one in authored if one.expected == "pass"]
    sets = [("authored", true), *published]
    every = [one for _, outcomes in sets for one in outcomes]
    if not every:
        return Section("Support")
    whole = all(mine for _, mine in sets)  # without a data set, "all" would be another figure
    figures = [
        *(
            share("support.true.all", "true pairs that pass, all", _passed(one), len(one))
            for one in ([every] if whole else [])
        ),
        *(
            share(f"support.true.{name}", f"true pairs that pass: {name}", _passed(mine), len(mine))
            for name, mine in sets
            if mine
        ),
        *_mutants(authored),
    ]
    return Section(
        "Support", tuple(figures), (_why_stopped(sets), *_rules(authored)),
        crashed=sum(one.got == CRASHED for one in (*authored, *every[len(true):])),
    )  # fmt: skip


def of_verbatim(mutants: Sequence[Outcome], untouched: Sequence[Outcome]) -> Section:
    """Tell how many changed sentences of the corpus are caught, and untouched ones stopped."""
    stopped = sum(one.got == "stop" for one in untouched)
    figures = [
        share("verbatim.untouched_stopped", "untouched sentences of the corpus stopped", stopped,
              len(untouched), less_is_better=True),
    ]  # fmt: skip
    if mutants:
        caught = sum(one.got == "stop" for one in mutants)
        what = "mutants of the corpus's sentences caught"
        figures.append(share("verbatim.killed", what, caught, len(mutants)))
    figures += [
        _caught("verbatim.killed", "corpus mutants caught", kind, mutants)
        for kind in sorted({one.group for one in mutants})
    ]
    crashed = sum(one.got == CRASHED for one in (*mutants, *untouched))
    return Section("Verbatim sentences and their mutants", tuple(figures), crashed=crashed)


def _passed(outcomes: Sequence[Outcome]) -> int:
    return sum(one.got == "pass" for one in outcomes)


def _mutants(outcomes: Sequence[Outcome]) -> list[Figure]:
    kinds = sorted({one.group for one in outcomes if one.expected == "stop"})
    return [_caught("support.mutants", "mutants caught", kind, outcomes) for kind in kinds]


def _caught(key: str, what: str, kind: str, outcomes: Sequence[Outcome]) -> Figure:
    mine = [one for one in outcomes if one.group == kind and one.expected == "stop"]
    name = kind.removeprefix("swap-")
    caught = sum(one.got == "stop" for one in mine)
    return share(f"{key}.{name}", f"{what}: {name}", caught, len(mine))


def _why_stopped(sets: Sequence[tuple[str, Sequence[Outcome]]]) -> Table:
    rows = []
    for name, outcomes in sets:
        rules = Counter(rule for one in outcomes for rule in one.fired[:1])
        rows += [
            (name, rule, str(count), percent(count, len(outcomes)))
            for rule, count in rules.most_common()
        ]
    return Table("Why true pairs are stopped", ("pairs", "rule", "stopped", "share"), tuple(rows))


def _rules(outcomes: Sequence[Outcome]) -> list[Table]:
    kinds = sorted({one.group for one in outcomes if one.expected == "stop"})
    rows = []
    for kind in kinds:
        mine = [one for one in outcomes if one.group == kind and one.expected == "stop"]
        rules = Counter(one.fired[0] if one.fired else "none" for one in mine)
        rows.append((kind, ", ".join(f"{rule} {count}" for rule, count in rules.most_common())))
    head = ("mutation", "rules")
    return [Table("Mutants: the first rule that fired", head, tuple(rows))] if rows else []
