"""Take identifiers out of a question by patterns. Pure.

Each identifier becomes a placeholder that names its kind, so that the sentence still reads.
Medical eponyms, drug names, doses and trial numbers have none of these shapes.
"""

import re

_I = re.IGNORECASE
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("[email]", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")),
    ("[web address]", re.compile(r"\bhttps?://\S+|\bwww\.\S+", _I)),
    ("[card number]", re.compile(r"(?<![\d-])(?:\d[ -]?){12,18}\d(?![\d-])")),
    ("[social security number]", re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")),
    (
        "[phone number]",
        re.compile(
            r"(?<![\w.])(?:\+\d{1,3}(?:[ .-]?\(?\d{2,4}\)?){2,5}"
            r"|(?:1[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4})(?![\w])"
        ),
    ),
    (
        "[record number]",
        re.compile(
            r"\b(?:mrn|nhs (?:number|no\.?)|(?:medical )?record (?:number|no\.?)|patient id"
            r"|member id|policy number|insurance (?:number|id))(?: is)?[ :#]*(?=\w*\d)[\w-]{4,}",
            _I,
        ),
    ),
    (
        "[date]",
        re.compile(
            rf"(?<![\d/.-])(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:19|20)?\d{{2}}"
            rf"|(?:19|20)\d{{2}}-\d{{2}}-\d{{2}})(?![\d/-])"
            rf"|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d{{2}}\b"
            rf"|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH},? (?:19|20)\d{{2}}\b",
            _I,
        ),
    ),
    (
        "[name]",
        re.compile(
            r"(?:(?<=\bmy name is )|(?<=\bMy name is )|(?<=\bname's )|(?<=\bI am called )"
            r"|(?<=\bthis is )|(?<=\bThis is )|(?<=\bI'm )|(?<=\bI am ))"
            r"[A-Z][a-z]+(?: [A-Z][a-z'-]+)+"
        ),
    ),
    ("[name]", re.compile(r"(?:(?<=\bmy name is )|(?<=\bMy name is ))[A-Z][\w'-]+")),
    (
        "[address]",
        re.compile(
            r"\b\d{1,5} (?:[A-Z][a-z]+ ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr"
            r"|Boulevard|Blvd|Court|Ct|Way|Place|Pl)\b\.?"
        ),
    ),
)


def redact(text: str) -> tuple[str, bool]:
    """Return the text without identifiers, and whether anything was taken out."""
    cleaned = text
    for placeholder, pattern in _PATTERNS:
        cleaned = pattern.sub(placeholder, cleaned)
    return cleaned, cleaned != text
