"""The shapes of identifiers that are made of digits and signs. Pure.

Every pattern starts at a cue or at the beginning of a run and has bounded repeats, so that no text
makes one slow. Doses, laboratory values, codes and numbers of trials have none of these shapes.
Where a pattern has a group `it`, only that part identifies.
"""

import re

_I = re.IGNORECASE

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:19|20)\d{2}"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?"
_ORDINAL = r"(?:st|nd|rd|th)?"
_DATE = (
    rf"(?<![\w/.-])(?:{_DAY}([/.-]){_DAY}\1{_YEAR}|{_DAY}/{_DAY}/\d{{2}}"
    rf"|{_YEAR}([/.-])(?:0[1-9]|1[0-2])\2(?:0[1-9]|[12]\d|3[01])"
    rf"|(?=\d\d)(?:{_DAY}([.-])(?=\d\d){_DAY}\3\d{{2}})"
    rf"|{_DAY}-{_MONTH}-(?:{_YEAR}|\d{{2}}))"
    rf"(?![\w/-]|\.\d| ?(?:mg|mcg|g|ml|units?)\b)"
    rf"|\b(?:dob|birth|birthday|born)(?: is| was| on|:)? (?P<it>{_DAY}[./-]{_DAY}[./-]\d{{2}}"
    rf"|{_DAY}{_ORDINAL} (?:of )?{_MONTH},? '?\d{{2}}|{_MONTH} {_DAY}{_ORDINAL},? '?\d{{2}})(?!\w)"
    rf"|\b{_WEEKDAY}{_MONTH} \d{{1,2}}{_ORDINAL},? {_YEAR}\b"
    rf"|\b{_WEEKDAY}\d{{1,2}}{_ORDINAL} (?:of )?{_MONTH},? {_YEAR}\b"
)

_TLD = r"(?:com|org|net|edu|gov|info|me|app|io|blog|health|example|test|invalid|co|uk|de|fr|us|ca|au|ie|eu)"
_EMAIL = (
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}\b"
    # ... or spelled out: "jane at example dot org", "jane (at) example.org"
    rf"|(?<![\w.+-])[\w.+-]{{1,64}} ?[(\[{{] ?at ?[)\]}}] ?[\w-]{{1,63}}(?:(?: ?[(\[{{] ?dot ?[)\]}}] ?| dot |\.)[\w-]{{1,63}}){{1,4}}"
    rf"|(?<![\w.+-])[\w+-]{{1,64}}(?:(?: dot |\.)[\w+-]{{1,64}}){{0,2}} at [\w-]{{1,63}} dot {_TLD}\b"
)
_WEB = (
    r"\b(?:https?://|www\.)\S*[\w/]"
    rf"|(?<![\w@./-])(?:[a-z0-9-]{{1,63}}\.){{1,4}}{_TLD}/[^\s,;)]*[\w/]"
    r"|(?<![\w@./-])@[a-z_][\w.]{1,30}\w"
)

_CARD = (
    r"(?<![\w.-])(?:\d{13,19}"
    r"|(?:[3-6]\d{3}|2[2-7]\d{2})(?:([ -])\d{4}\1\d{4}\1\d{1,7}|[ -]\d{6}[ -]\d{5}))(?![\w-])"
    r"|\b(?:card|visa|mastercard|maestro|amex)(?: number| no\.?| #)?(?: is)?[ :#]{1,3}(?P<it>\d{12,19})(?!\w)"
)
_ACCOUNT = r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"
_SSN = (
    r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"
    r"|\b(?:ssn|social security(?: number| no\.?)?|social)(?: is| was|,? mine is)?[ :#]{0,3}"
    r"\d{3}[ -]?\d{2}[ -]?\d{4}\b"
)

_NUMBER = r"(?: (?:numbers?|nos?\.?|id|#)(?!\w))"
# These words speak of a person's papers by themselves; the others only with "number" or "ID".
_PAPERS = (
    r"(?:mrn|medical record|health record|patient (?:number|no\.?|id)|hospital (?:number|no\.?|id)"
    rf"|nhs (?:number|no\.?)|chi number|(?:member|patient|insurance|subscriber|hospital|insurance member|employee) id"
    rf"|(?:records?|chart|case|file|policy|insurance|medicare|medicaid|account|claim|reference|ref|member|membership"
    rf"|admission|accession|specimen|referral|prescription|rx|passport|licen[cs]e|driver'?s licen[cs]e|invoice|registration|booking|appointment){_NUMBER}"
    rf"|(?:medical )?record{_NUMBER}|passport|chart|rx)"
)
_PAPER = r"(?!nct\d|(?:19|20)\d\d(?![\w/-]))(?=(?:[\w/-]{0,30}?\d){3})[\w/-]{4,31}\b"
_RECORD = (
    rf"\b{_PAPERS}(?!\w)(?: (?:is|was))?[ ,:#]{{0,3}}(?:\d{{3}} \d{{3}} \d{{4}}\b|{_PAPER})"
    rf"(?:(?:,? and |, | or ){_PAPER})?"
    r"|\bmrn[ :#]{0,3}\d{4,12}\b"
    rf"|\b(?:case|file|record|ref)(?: is)?[ :#]{{1,3}}(?=(?:[\w/-]{{0,30}}?\d){{5}})[\w/-]{{5,31}}\b"
    # A number beside a name: "Jane Doe / 77-4410-02".
    r"|(?<=[a-z] / )\d[\d-]{5,14}\d\b"
)

_PHONE = (
    r"(?<![\w.])(?:\+(?=(?:[ ().-]{0,2}\d){8,15}(?!\d))\d[\d ().-]{6,24}\d"
    r"|(?:1[ .-])?(?:\(\d{3}\)[ .-]?|\d{3}[ .-])\d{3}[ .-]\d{4}"
    r"|(?:\(0\d{2,4}\) ?|0\d{2,4}[ -])\d{3,4}[ -]?\d{3,4}|0\d{9,10}|[2-9]\d{9})(?!\w)"
    r"|\b(?:call|text|phone|tel|telephone|cell|mobile|fax|number|reach me|ring|dial|whatsapp)\b"
    r"[^.?!\d+(]{0,24}?(?P<it>(?<![\w.-])(?:\d{3}[ .-]\d{4}|\d{2,4}(?:[ .-]\d{2,4}){2,4}))(?![\w-]|\.\d)"
)

PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(_EMAIL, _I)),
    ("web address", re.compile(_WEB, _I)),
    ("account number", re.compile(_ACCOUNT)),
    ("card number", re.compile(_CARD, _I)),
    ("social security number", re.compile(_SSN, _I)),
    ("record number", re.compile(_RECORD, _I)),
    ("phone number", re.compile(_PHONE, _I)),
    ("date", re.compile(_DATE, _I)),
)

ADDRESS = re.compile(
    r"\b\d{1,5}[A-Za-z]? (?:(?:[A-Z][a-z]+|\d{1,3}(?:st|nd|rd|th)) ){1,3}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place"
    r"|Pl|Square|Terrace|Close|Crescent|Gardens)\b(?! scans?\b)\.?"
)
