"""Tell whether two things that are compared have changed places. Pure."""

import re
from collections.abc import Sequence

from services.guard.support.directions import NO_ROLES
from services.guard.support.reading import Reading, Token
from services.guard.support.triggers import Trigger
from services.guard.support.words import listed

Spans = tuple[tuple[int, int], ...]

COMPARED = re.compile(
    r"\b(?:than|unlike|in contrast (?:to|with)|compared (?:with|to)|comparison with|versus|vs"
    r"|as (?:often|common|likely|frequent|high|many|much)\b[^,.;]{0,40}? as|relative to"
    r"|rather than|instead of|as opposed to)\b"
)
# Words that tell two groups apart.
_CONTRASTS = frozenset(listed("early late new old first second third young older younger"))


def roles_swapped(
    said: Reading, ground: Reading, ours_denied: Spans, theirs_denied: Spans
) -> frozenset[str]:
    """Return the words of two things that are compared and have changed places; maybe none."""
    ours, theirs = _roles(said, ours_denied), _roles(ground, theirs_denied)
    if ours is None or theirs is None:
        return NO_ROLES
    (main, against), (their_main, their_against) = ours, theirs
    to_main = (main - against) & (their_against - their_main)
    to_against = (against - main) & (their_main - their_against)
    named = {t.stem for name in said.names for t in said.tokens[name.first : name.last + 1]}
    letters = {t.stem for t in said.tokens if len(t.raw) == 1 or t.word in _CONTRASTS}
    stayed = (against - main) & (their_against - their_main)
    if not (to_main and to_against):
        return NO_ROLES
    moved = to_main | to_against
    return moved if moved & (named | letters) or not stayed else NO_ROLES


def _roles(reading: Reading, denials: Spans) -> tuple[frozenset[str], frozenset[str]] | None:
    """Split the words of a comparison: what is compared, and what it is compared with."""
    if not reading.has(Trigger.COMPARED):
        return None
    match = next(
        (
            m
            for m in COMPARED.finditer(reading.text)
            if m.group().startswith("as ")
            or not any(k.start <= m.start() < k.end for k in reading.marks)
        ),
        None,
    )
    if match is None:
        return None
    end = _end_of_phrase(reading.text, match.end())
    against = [t for t in reading.tokens if match.end() <= t.start < end]
    main = [t for t in reading.tokens if t.end <= match.end() or t.start >= end]

    denied = [end for _, end in denials]

    def stems(tokens: Sequence[Token]) -> frozenset[str]:
        return frozenset(
            # Who never smoked and who smokes are two groups.
            f"!{t.stem}" if any(t.start - 6 < end <= t.start for end in denied) else t.stem
            for t in tokens
            if t.is_content or (len(t.raw) == 1 and t.raw.isupper())
        )

    return stems(main), stems(against)


_THOSE = re.compile(r" ?(?:those|that|in|the|people|patients)? ?(?:in|of|on|with|who)? ?")


def _end_of_phrase(text: str, start: int) -> int:
    """Return where a phrase ends: at the next comma or stop, or at the text's end."""
    those = _THOSE.match(text, start)
    begin = max(start + 2, those.end() if those else start)
    found = re.compile(r"[,.;:)]|\b(?:in|for|after|with|when|who|that)\b").search(text, begin)
    return found.start() if found else len(text)
