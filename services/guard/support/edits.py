"""Catch a sentence that is its source but for a word: then that word must say the same. Pure.

Whoever says something in other words changes many of them; whoever changes one, changes what it
says, unless the lexicon knows both for the same.
"""

from collections.abc import Sequence

from services.guard.support.lexicon import lexicon
from services.guard.support.reading import Reading, Token
from services.guard.support.times import names_time
from services.guard.support.words import listed

_MOST_CHANGED = 5  # words in the middle; more is a paraphrase
_SAME = 0.6  # of the words that have to be the same before and after
_NOTHING = frozenset(
    listed(
        """
    a an the and also that which of in is are was were it has have had goes go gets get does do
    """
    )
)
# ... and words that a sentence may not lose.
_WEIGHTY = frozenset(
    listed(
        """
        not no never without only may might can could rarely seldom often sometimes usually few
        some most many almost nearly unless except
        """
    )
)


def edited(said: Reading, sentences: Sequence[Reading]) -> tuple[int, int] | None:
    """Return where a sentence was changed, when it is else word for word one of its source's."""
    for sentence in sentences:
        if place := _changed(said.tokens, sentence):
            return place
    return None


def _changed(ours: Sequence[Token], sentence: Reading) -> tuple[int, int] | None:
    theirs = sentence.tokens
    shorter = min(len(ours), len(theirs))
    head = 0
    while head < shorter and ours[head].word == theirs[head].word:
        head += 1
    tail = 0
    while tail < shorter - head and ours[-1 - tail].word == theirs[-1 - tail].word:
        tail += 1
    added, removed = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    longest = max(len(added), len(removed))
    if longest > _MOST_CHANGED or head + tail < _SAME * max(len(ours), len(theirs)):
        return None
    if not added:
        lost = any(token.word in _WEIGHTY for token in removed)
        return (0, ours[-1].end) if lost else None
    known = {stem for token in removed for stem in (token.stem, *_groups(token))}
    names = {
        term.group
        for name in sentence.names
        if name.last >= head and name.first < len(theirs) - tail
        for term in name.terms
    }
    for token in added:
        if (
            token.word in _NOTHING
            or names_time(token.word)
            or not known.isdisjoint((token.stem, *_groups(token)))
        ):
            continue
        if _one_name(token, names):
            continue
        return added[0].start, added[-1].end
    return None


def _groups(token: Token) -> tuple[int, ...]:
    return tuple(lexicon().synonyms.get(token.stem, ()))


def _one_name(token: Token, names: set[int]) -> bool:
    """Tell whether a word is another name of something that the source's sentence names."""
    return any(
        term.group in names
        for words, terms in lexicon().terms.get(token.stem, ())
        if len(words) == 1
        for term in terms
    )
