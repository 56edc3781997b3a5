"""Find the words that a model quotes in the passage that it names. Pure.

The citation is made of the passage's own words and never of the model's. Whether they carry the
sentence is the guard's to judge.
"""

import re
import unicodedata

from caveat.model import DraftCitation, Passage
from services.generator.sentences import quote_of

LONGEST_QUOTE = 1000  # code points; no sentence of a source is as long

# Models write plain marks where sources have typographic ones. One character for one: places hold.
_PLAIN = str.maketrans(
    "\u2018\u2019\u02bc\u201c\u201d\u2010\u2011\u2012\u2013\u2014\u2212", "'''\"\"------"
)


def cite(passage: Passage, words: str) -> DraftCitation | None:
    """Cite words of a passage, or None when they do not stand in it.

    Blanks, letter case and the kind of a quotation mark or dash make no difference.
    """
    pieces = _plain(words).split()
    if not pieces or len(words) > LONGEST_QUOTE:
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, pieces)), re.IGNORECASE)
    match = pattern.search(passage.text.translate(_PLAIN))
    return DraftCitation(passage.passage_id, quote_of(passage, *match.span())) if match else None


def as_quoted(text: str, citation: DraftCitation | None) -> str:
    """Return a text on one line, in the source's own spelling when it says what is quoted."""
    if citation is not None and _said(text) == _said(citation.quote.exact):
        text = citation.quote.exact
    return " ".join(text.split())


def _plain(words: str) -> str:
    return unicodedata.normalize("NFC", words).translate(_PLAIN)


def _said(words: str) -> list[str]:
    return _plain(words).casefold().rstrip(" .").split()
