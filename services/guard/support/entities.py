"""citation.entity: drugs, diseases, genes, organs and groups that a source does not name. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from services.guard.support.axes import pointing
from services.guard.support.lexicon import lexicon
from services.guard.support.reading import Name, Reading, Token
from services.guard.support.words import base, listed, stem

# How the names of medicines end, by international convention.
_DRUG = re.compile(
    r"[a-z]{2,}(?:mab|nib|cept|tidine|statin|pril|sartan|olol|azole|cillin|mycin|micin|floxacin"
    r"|cycline|vir|gliptin|gliflozin|glutide|prazole|setron|triptan|dipine|parin|xaban|gatran"
    r"|platin|taxel|rubicin|citabine|lukast|terol|asone|solone|onide|zepam|zolam|barbital|profen"
    r"|oxetine|afil|dronate|dronic|formin|thiazide|semide|lactone|limus|ciclib|parib|zomib"
    r"|lidomide|grastim|poetin|quine|caine|phylline|dopa|giline|pezil|peridol|azine|triptyline"
    r"|ipramine|pidem|gabalin|lamide|glitazone|grel|kinra|sidenib|siran|rsen|toclax)"
)
_LABELS = frozenset(
    map(
        stem,
        listed(
            """
    type chromosome stage grade group phase hepatitis vitamin factor class trisomy level
    """
        ),
    )
)
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]{1,6}s?|[A-Za-z]+\d+[A-Za-z0-9]*")


# What a reader can add in thought: a stranger of these kinds counts where another was left out.
_MAY_BE_ADDED = ("symptom", "procedure", "form", "organ", "clock")


@dataclass(frozen=True, slots=True)
class Stranger:
    """A name in a sentence that its source does not know, and the places of its tokens."""

    first: int
    last: int
    kind: str


def strangers(
    said: Reading, ground: Reading, context: Reading, topic: Reading
) -> Iterator[Stranger]:
    """Yield every name that neither the quoted sentence nor, where it is free, its passage has."""
    for name in said.names:
        if _named(name, said, ground) or _named(name, said, topic):
            continue
        if _named(name, said, context) and not _taken(name, said, ground):
            continue
        if name.terms[0].kind in _MAY_BE_ADDED and not _left_out(said, ground):
            continue
        yield Stranger(name.first, name.last, name.terms[0].kind)
    yield from _unlisted(said, ground, context)
    yield from _labels(said, ground, context)


def _unlisted(said: Reading, ground: Reading, context: Reading) -> Iterator[Stranger]:
    """Yield words that look like names, though the lexicon does not list them."""
    known = {p for name in said.names for p in range(name.first, name.last + 1)}
    near, far = ground.stems, context.stems
    for place, token in enumerate(said.tokens):
        if token.stem in near or token.stem in far or place in known:
            continue
        kind = _kind_of(place, token, said)
        if kind and not _spelled_out(token, context):
            yield Stranger(place, place, kind)


def _left_out(said: Reading, ground: Reading) -> bool:
    """Tell whether the quoted sentence names anything that a text could have put a name in for."""
    return any(not _named(name, ground, said) for name in ground.names) or any(
        base(token.word) in lexicon().diseases and token.stem not in said.stems
        for token in ground.tokens
    )


def _named(name: Name, said: Reading, source: Reading) -> bool:
    if any(term.group in source.groups for term in name.terms):
        return True
    implied = lexicon().implied_by
    if any(implied[term.group] & source.stems for term in name.terms):
        return True
    parts = said.tokens[name.first : name.last + 1]
    if len(parts) > 1 and all(t.stem in source.stems or _means(t, source) for t in parts):
        return all(t.stem not in source.stems for t in parts) or _together(
            [t.stem for t in parts if t.stem in source.stems], source
        )
    wanted = [token.stem for token in parts]
    if not all(word in source.stems for word in wanted):
        return False
    return len(wanted) == 1 or _together(wanted, source)


def _means(token: Token, source: Reading) -> bool:
    """Tell whether a source names by another word what a word names alone: cancer, carcinoma."""
    return any(
        term.group in source.groups
        for words, terms in lexicon().terms.get(token.stem, ())
        if len(words) == 1
        for term in terms
    )


def _together(wanted: list[str], source: Reading) -> bool:
    """Tell whether words stand close to one another: "breast and ovarian cancer"."""
    places = [p for p, token in enumerate(source.tokens) if token.stem in wanted]
    reach = len(wanted) + 3
    return any(
        {source.tokens[p].stem for p in places if first <= p < first + reach} >= set(wanted)
        for first in places
    )


def _taken(name: Name, said: Reading, ground: Reading) -> bool:
    """Tell whether the quoted sentence names another thing of the kind, which the text leaves out.

    Then the name that stands elsewhere in the passage has been put in the place of that one.
    """
    kinds = {term.kind for term in name.terms}
    return any(
        not _named(other, ground, said) and any(term.kind in kinds for term in other.terms)
        for other in ground.names
    )


def _kind_of(place: int, token: Token, said: Reading) -> str:
    """Say what kind of name a word looks like that the lexicon does not list."""
    if len(token.word) < 2 or not token.word[0].isalpha():
        return ""
    if (kind := _listed_kind(token.word)) and not pointing(token):
        return kind
    if _ACRONYM.fullmatch(token.raw) and token.raw not in ("USA", "US", "UK", "EU"):
        return "gene"
    if place and token.raw[0].isupper() and len(token.word) > 3 and token.is_content:
        before = said.tokens[place - 1]
        if before.end + 1 == token.start and before.word not in (".", ":"):
            return "name"
    return ""


@lru_cache(maxsize=4_096)
def _listed_kind(word: str) -> str:
    if len(word) >= 7 and _DRUG.fullmatch(word):
        return "drug"
    return "disease" if len(word) >= 5 and base(word) in lexicon().diseases else ""


def _spelled_out(token: Token, context: Reading) -> bool:
    """Tell whether the passage spells an abbreviation out, or abbreviates by the same letters."""
    letters = "".join(c for c in token.raw if c.isupper()).lower()
    if len(letters) < 2:
        return False
    initials = "".join(t.word[0] for t in context.tokens if t.is_word)
    content = "".join(t.word[0] for t in context.tokens if t.is_content)
    return letters in initials or letters in content


def _labels(said: Reading, ground: Reading, context: Reading) -> Iterator[Stranger]:
    """Yield names that differ in their number or letter only: "type 2", "hepatitis B"."""
    ours = tuple(_pairs(said))
    if not ours:
        return
    given = {pair for _, pair in _pairs(ground)}
    around = {pair for _, pair in _pairs(context)}
    for place, pair in ours:
        if pair not in given and (given or pair not in around):
            yield Stranger(place - 1, place, "label")


def _pairs(reading: Reading) -> Iterator[tuple[int, tuple[str, str]]]:
    tokens = reading.tokens
    for before, label in enumerate(tokens[:-1]):
        if label.stem not in _LABELS:
            continue
        place, token = before + 1, tokens[before + 1]
        if (token.word[0].isdecimal() and label.stem not in ("group", "level")) or (
            len(token.raw) == 1 and token.raw.isupper()
        ):
            yield place, (label.stem, token.word)
            for one, other in zip(
                tokens[place + 1 : place + 4 : 2], tokens[place + 2 : place + 5 : 2], strict=False
            ):
                if one.word not in ("and", "or") or len(other.raw) != 1 or not other.raw.isalnum():
                    break
                yield place + 2, (label.stem, other.word)
    yield from _cells(tokens)


def _cells(tokens: tuple[Token, ...]) -> Iterator[tuple[int, tuple[str, str]]]:
    for place, token in enumerate(tokens[:-1]):
        if len(token.raw) != 1 or not token.raw.isupper():
            continue
        if tokens[place + 1].stem in ("lymphocyt", "cell"):
            yield place, ("cell", token.word)
