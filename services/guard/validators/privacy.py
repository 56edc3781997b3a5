"""privacy.identifier: no sentence identifies a person.

Eponyms, medicines, numbers of trials and of emergency services identify nobody, and neither do the
free lines of institutions or the people whom history names.
"""

import re
from collections.abc import Iterator

from caveat.identifiers import Identifier, Kind, find
from services.guard.examination import Examination, Hit

RULES = ("privacy.identifier",)

_FREE_LINE = re.compile(r"\D*1?\D?(?:\(?8(?:00|88|77|66|55|44|33)\)?|0800|0808)\b")
# An institution's own line is nobody's: the sentence says whose it is.
_PUBLIC_LINE = re.compile(
    r"\b(?:hot|help)lines?\b|\btoll[- ]free\b|\b(?:business|office|opening) hours\b|\b(?:centers?|centres?|institutes?|department"
    r"|clearinghouse|association|foundation|agency|branch|switchboard|cdc|nih|fda)\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"\b(?:my|his|her|patient'?s?|mrs?|ms|miss)\b", re.IGNORECASE)
# A full date says when a drug was approved as well as when somebody was born.
_PERSONAL_DATE = re.compile(
    r"\b(?:born|birth\w*|dob|your|his|her|my|our|mrs?|ms|patient'?s?|appointment|admitted|discharged|seen)\b",
    re.IGNORECASE,
)
_HISTORY = re.compile(
    r"\b(?:named (?:after|for)|first (?:described|reported|identified|performed|used)|described (?:by|in|it|the)|discovered|invented|developed by|et al|nobel|credited"
    r"|(?:in|of) (?:1[5-9]\d\d)|historian|pioneer\w*|who (?:first )?described|introduced by|published|author(?:s|ed)?|professor of|director of|led by|investigator)\b",
    re.IGNORECASE,
)


def check(examination: Examination) -> Iterator[Hit]:
    """Look for identifiers in every statement that is read."""
    for statement in examination.statements:
        if statement.oversize:
            continue  # form.oversize drops it
        text = statement.sentence.text
        for identifier in find(text):
            if _identifies(identifier, text):
                message = f"holds what may identify somebody: {identifier.kind}"
                own = statement.sentence.sentence_id
                yield Hit(RULES[0], message, own, identifier.start, identifier.end)
                break


def _identifies(identifier: Identifier, text: str) -> bool:
    shown = text[identifier.start : identifier.end]
    match identifier.kind:
        case Kind.WEB:
            return False  # injection.output judges addresses
        case Kind.PHONE:
            public = _PUBLIC_LINE.search(text) and not _PERSONAL.search(text)
            return _FREE_LINE.match(shown) is None and not public
        case Kind.DATE:
            return _PERSONAL_DATE.search(text) is not None
        case Kind.NAME:
            return _HISTORY.search(text) is None
        case _:
            return True
