"""Take identifiers out of a question by patterns. Pure.

Each identifier becomes a placeholder that names its kind, so that the sentence still reads.
Medical eponyms, drug names, doses, lab values and trial numbers have none of these shapes. Every
pattern starts at a cue or at the beginning of a run, so that no text makes one slow.
"""

import re

_I = re.IGNORECASE

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:19|20)\d{2}"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)

_CAPITAL = "[A-Z\u00c0-\u00d6\u00d8-\u00de]"
_NAME = rf"{_CAPITAL}[\w'\u2019-]*[a-z\u00df-\u00ff]\b"
# What is written with a capital and is no name: illnesses, their kinds, and how people feel.
_ILLNESS = (
    r"(?:disease|syndromes?|disorder|lymphoma|leuk(?:a)?emia|myeloma|sarcoma|carcinoma|cancer"
    r"|tumou?r|an(?:a)?emia|diabet\w+|thyroiditis|macroglobulin(?:a)?emia|chromosome|mutation)"
)
_NO_NAME = (
    rf"(?:{_ILLNESS}|therapy|trial|type|stage|grade|phase|factor|rh|group|blood|positive|negative"
    r"|carrier|versus|host|acute|chronic|american|african|asian|european|jewish|has|had|is|was|who"
    r"|and|but|not|very|so|really|just|too|still|also|now|going|taking|having|on|in|at|from|an?"
    r"|the|sure|worried|scared|tired|sick|i|i'm|im|with|my)"
)
_NAMES = (
    rf"(?!(?:{_NAME} ){{0,2}}(?={_CAPITAL})(?i:{_NO_NAME})\b)(?![\w-]+(?:'s)? (?i:{_ILLNESS})\b)"
)
_RELATIVE = (
    r"husband|wife|partner|mother|mom|mum|father|dad|son|daughter|brother|sister|child|baby"
    r"|grandmother|grandfather|grandson|granddaughter|aunt|uncle|cousin|friend"
)

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("[email]", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")),
    ("[web address]", re.compile(r"\b(?:https?://|www\.)\S*[\w/]", _I)),
    (
        "[card number]",
        re.compile(
            r"(?<![\w.-])(?:\d{13,19}"
            r"|(?:[3-6]\d{3}|2[2-7]\d{2})(?:([ -])\d{4}\1\d{4}\1\d{1,7}|[ -]\d{6}[ -]\d{5}))"
            r"(?![\w-])"
        ),
    ),
    (
        "[social security number]",
        re.compile(
            r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"
            r"|\b(?:ssn|social security(?: number| no\.?)?)(?: is)?[ :#]{0,3}"
            r"\d{3}[ -]?\d{2}[ -]?\d{4}\b",
            _I,
        ),
    ),
    (
        "[record number]",
        re.compile(
            r"\b(?:mrn|nhs (?:number|no\.?)|(?:medical )?record (?:number|no\.?)|patient id"
            r"|(?:member|policy|insurance|medicare|account) (?:number|no\.?|id))(?!\w)(?: is)?"
            r"[ :#]{0,3}(?:\d{3} \d{3} \d{4}\b|(?=[\w-]{0,40}\d)[\w-]{4,})",
            _I,
        ),
    ),
    (
        "[phone number]",
        re.compile(
            r"(?<![\w.])(?:\+(?=(?:[ ().-]{0,2}\d){8,15}(?!\d))\d[\d ().-]{6,24}\d"
            r"|(?:1[ .-])?(?:\(\d{3}\)[ .-]?|\d{3}[ .-])\d{3}[ .-]\d{4}"
            r"|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}|0\d{9,10}|[2-9]\d{9})(?!\w)"
        ),
    ),
    (
        "[date]",
        re.compile(
            rf"(?<![\w/.-])(?:{_DAY}([/.-]){_DAY}\1{_YEAR}|{_DAY}/{_DAY}/\d{{2}}"
            rf"|{_YEAR}-\d{{2}}-\d{{2}}|(?=\d\d)(?:{_DAY}([.-])(?=\d\d){_DAY}\2\d{{2}})"
            rf"|(?:(?<=dob )|(?<=dob: )|(?<=born )|(?<=born on )){_DAY}[.-]{_DAY}[.-]\d{{2}})"
            rf"(?![\w/-]|\.\d| ?(?:mg|mcg|g|ml|units?)\b)"
            rf"|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}\b"
            rf"|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH},? {_YEAR}\b",
            _I,
        ),
    ),
    (
        r"\1[name]",
        re.compile(
            r"\b((?i:(?:my name is|my name's|name: |i am called|i'm called)) ?)(?i:(?!not\b)"
            rf"[a-z\u00c0-\u00ff][\w'\u2019-]+)(?: (?!(?i:{_NO_NAME})\b)"
            rf"(?:{_CAPITAL}[\w'\u2019-]*|[\w'\u2019-]+(?=[.,;!?]|$| and\b))){{0,2}}"
        ),
    ),
    (
        r"\1[name]",
        re.compile(rf"\b((?:[Tt]his is|I'm|I am) ){_NAMES}{_NAME}(?: {_NAME}){{1,2}}"),
    ),
    (
        r"\1[name]",
        re.compile(rf"\b((?i:my (?:{_RELATIVE})),? ){_NAMES}{_NAME}(?: {_NAME})?"),
    ),
    (
        r"\1[name]",
        re.compile(rf"\b((?:Dr|Mr|Mrs|Ms|Prof)\.? )(?!Reddy){_NAME}(?: {_NAME})?"),
    ),
    (
        "[address]",
        re.compile(
            r"\b\d{1,5}[A-Za-z]? (?:(?:[A-Z][a-z]+|\d{1,3}(?:st|nd|rd|th)) ){1,3}"
            r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place"
            r"|Pl)\b(?! scans?\b)\.?"
        ),
    ),
)


def redact(text: str) -> tuple[str, bool]:
    """Return the text without identifiers, and whether anything was taken out."""
    cleaned = text
    for placeholder, pattern in _PATTERNS:
        cleaned = pattern.sub(placeholder, cleaned)
    return cleaned, cleaned != text
