"""Compare the figures and times of a sentence with those of its source. Pure."""

import re
from collections.abc import Iterator

from services.guard.support.numbers import Quantity, quantities
from services.guard.support.reading import Reading
from services.guard.support.times import (
    contradicts,
    lasts_long,
    listed_order,
    orders,
    other_unit,
    periods,
    same_period,
    vague,
)

_PLURALS = re.compile(r"\b(seconds|minutes|hours|days|weeks|months|years)\b")
Fault = tuple[str, int, int]

# "Once", "a single dose" and "both" need no figure in the source.
_FREE_COUNTS = (1.0, 2.0)
# "Less than a minute" is no "over 60 seconds".
_LIMITS = {
    ">": re.compile(
        r"\b(?:less than|under|within|up to) (?:an?|one) (?:minute|hour|day|week|month|year)"
    ),
    "<": re.compile(
        r"\b(?:more than|over|at least) (?:an?|one) (?:minute|hour|day|week|month|year)"
    ),
}
_ROUNDED = 0.0051
_OFTEN_BARE = ("%", "point", "unit", "month", "glass")


def number_faults(said: Reading, ground: Reading, context: Reading) -> Iterator[Fault]:
    """Yield every figure of a sentence that its source does not have, or has with another bound."""
    ours = quantities(said)
    if not ours:
        return
    given = quantities(ground)
    of_shares = _of_shares(ours, given)
    for own in ours:
        fits = _fits(own, given, ground)
        if fits is False:
            yield "puts another bound on a number than the source", own.start, own.end
        if fits is not None or own in of_shares:
            continue
        if own.kind in ("count", "share") and _is_free(own, ours, ground):
            continue
        if _free_in(own, ours, given) and any(equal(own, q, given) for q in quantities(context)):
            continue
        yield "has a number or unit that the source does not have", own.start, own.end
    if fault := _crossed(said, ground, ours, given):
        yield fault


def _fits(own: Quantity, given: tuple[Quantity, ...], ground: Reading) -> bool | None:
    """Tell whether a figure of the source has a figure's bound too; None when there is none."""
    same = [q for q in given if equal(own, q, given)]
    if same:
        return any(_bound_fits(own, q, ground) for q in same)
    if same_period((own.unit, own.value * own.size), periods(ground), given):
        return own.bound not in _LIMITS or _LIMITS[own.bound].search(ground.text) is None
    return None


def _of_shares(ours: tuple[Quantity, ...], given: tuple[Quantity, ...]) -> frozenset[Quantity]:
    """Return the two numbers of each share that the source gives in another form: 7 in 10, 70 %."""
    return frozenset(
        part
        for place, share in enumerate(ours)
        if share.kind == "share" and any(equal(share, q, given) for q in given)
        for part in (*ours[max(0, place - 1) : place], *ours[place + 1 : place + 2])
        if part.kind == "number" and not part.unit
    )


def equal(own: Quantity, other: Quantity, given: tuple[Quantity, ...]) -> bool:
    """Tell whether a source gives a figure by another of its own."""
    if own.same_value(other):
        # A bare number stands for one with a unit only where no other has that unit's place.
        return not (own.unit and not other.unit) or (
            own.unit in _OFTEN_BARE and not any(q.value == own.value and q.unit for q in given)
        )
    if "share" in (own.kind, other.kind) and "%" in (own.unit, other.unit):
        # "66.7 %" and "67 %" are two thirds.
        return abs(_as_share(own).value - _as_share(other).value) < _ROUNDED
    return False


def _as_share(quantity: Quantity) -> Quantity:
    if quantity.unit != "%":
        return quantity
    return Quantity(quantity.value / 100, "", 1.0, "", quantity.start, quantity.end, "share")


def _bound_fits(own: Quantity, other: Quantity, ground: Reading) -> bool:
    bounds = {own.bound, other.bound}
    if "after" in bounds:
        return not bounds & {"<", "within"}
    if "over" in bounds:
        return "<" not in bounds
    if "within" in bounds:
        return ">" not in bounds
    if own.bound == other.bound or own.ranged or other.ranged:
        return True
    if not own.bound:
        return other.unit in ("time", "month") and own.kind != "number"
    # Half live longer than the median; what sets in after a time does so "within" no other.
    return not other.bound and "median" in ground.stems


def _is_free(own: Quantity, ours: tuple[Quantity, ...], ground: Reading) -> bool:
    if own.kind == "count":
        word_free = own.value in _FREE_COUNTS
        return word_free and not own.unit
    if own.value == 0.5 and "median" in ground.stems:
        return True
    # The whole of "12 of 150" may be given by its two numbers alone.
    return any(q is not own and q.start == own.start for q in ours)


def _free_in(own: Quantity, ours: tuple[Quantity, ...], given: tuple[Quantity, ...]) -> bool:
    """Tell whether the quoted sentence has no figure that this one could stand in for."""
    left = [
        q
        for q in given
        if q.unit == own.unit and not any(o.unit == q.unit and equal(o, q, ()) for o in ours)
    ]
    return not left


def _crossed(
    said: Reading, ground: Reading, ours: tuple[Quantity, ...], given: tuple[Quantity, ...]
) -> Fault | None:
    """Find two figures of one unit that have changed places while what they belong to has not."""
    pairs = [
        (own, other)
        for own in ours
        for other in given
        if own.kind == "number" and own.unit == other.unit and own.value == other.value
    ]
    if len(pairs) < 2:
        return None
    arms = _arms(said, ground)
    for index, (own, other) in enumerate(pairs[:12]):
        for own_two, other_two in pairs[index + 1 : 12]:
            if (
                own.ranged
                or own_two.ranged
                or own.value == own_two.value
                or own.unit != own_two.unit
                or not own.unit
            ):
                continue
            flipped = (own.start < own_two.start) != (other.start < other_two.start)
            if arms is not None and flipped != arms:
                return "gives figures to the wrong group", own.start, own.end
    return None


def _arms(said: Reading, ground: Reading) -> bool | None:
    """Tell whether the two things that are compared stand in the other order; None without two."""
    ours, theirs = _firsts(said), _firsts(ground)
    both = [key for key in ours if key in theirs]
    kinds = [kind for kind, _ in both]
    kind = max(kinds, key=kinds.count, default="")
    both = [key for key in both if key[0] == kind][:6]
    if len(both) < 2:
        return None
    one, two = both[0], both[-1]
    return (ours[one] < ours[two]) != (theirs[one] < theirs[two])


_CONTRASTS = frozenset(("new", "old", "early", "late", "first", "second", "control", "controls"))
_ARMS = {
    "drug": "treatment",
    "form": "treatment",
    "procedure": "treatment",
    "substance": "treatment",
    "population": "group",
}


def _firsts(reading: Reading) -> dict[tuple[str, int | str], int]:
    places: dict[tuple[str, int | str], int] = {}
    for place, token in enumerate(reading.tokens):
        if token.word in _CONTRASTS:
            places.setdefault(("contrast", token.word), place)
    for name in reading.names:
        for term in name.terms:
            if kind := _ARMS.get(term.kind):
                places.setdefault((kind, term.group), name.first)
    return places


def _has_period(period: tuple[str, float], ground: Reading, context: Reading) -> bool:
    given = periods(ground)
    return same_period(period, given, quantities(ground)) or (
        not given and same_period(period, periods(context), quantities(context))
    )


def time_faults(said: Reading, ground: Reading, context: Reading) -> Iterator[Fault]:
    """Yield every rhythm, length of time and order of a sentence that its source does not have."""
    whole = (0, len(said.text))
    if any(not _has_period(period, ground, context) for period in periods(said)):
        yield "names a time or rhythm that the source does not name", *whole
    if other_unit(said, ground, quantities(ground)):
        yield "names another length of time than the source", *whole
    if lengths := vague(said):
        units = {m.group(1)[:-1] for m in _PLURALS.finditer(ground.text)} or vague(context)
        for unit in lengths - units:
            if not (lasts_long(ground) and unit in ("month", "year")):
                yield "names a length of time that the source does not name", *whole
    # "Sooner after A than after B" puts nothing in order.
    for order in () if " than after " in said.text else orders(said):
        given = orders(ground) or orders(context)
        if contradicts(order, given, None if given else listed_order(ground)):
            yield "puts things in another order than the source", order.start, order.end
