"""citation.unsupported: how much of what a sentence speaks of is in its source at all. Pure."""

from services.guard.support.figures import equal
from services.guard.support.lexicon import lexicon
from services.guard.support.numbers import quantities
from services.guard.support.reading import Reading

_NAMED, _PLAIN, _AROUND = 2.0, 1.0, 0.6


def covered(said: Reading, ground: Reading, context: Reading) -> float:
    """Return the share of a sentence's content that its source has, names counting double.

    What stands only elsewhere in the passage counts less. A sentence without content has none.
    """
    whole = shared = 0.0
    named = _named_places(said)
    around, synonyms = _synonyms(ground), lexicon().synonyms
    for place, token in enumerate(said.tokens):
        if not token.is_content:
            continue
        weight = _NAMED if place in named else _PLAIN
        whole += weight
        if token.stem in ground.stems or (place in named and named[place] & ground.groups):
            shared += weight
        elif not around.isdisjoint(synonyms.get(token.stem, ())):
            shared += weight * 0.8
        elif token.stem in context.stems:
            shared += weight * _AROUND
    ours = quantities(said)
    given = quantities(ground) if ours else ()
    for quantity in ours:
        whole += _PLAIN
        shared += _PLAIN * any(equal(quantity, other, given) for other in given)
    return shared / whole if whole else 0.0


def _named_places(reading: Reading) -> dict[int, frozenset[int]]:
    return {
        place: frozenset(term.group for term in name.terms)
        for name in reading.names
        for place in range(name.first, name.last + 1)
    }


def _synonyms(reading: Reading) -> frozenset[int]:
    groups = lexicon().synonyms
    return frozenset().union(*[groups[s] for s in reading.stems if s in groups])
