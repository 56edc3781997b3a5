"""The shapes of identifiers that are made of digits and signs. Pure.

Every pattern starts at a cue or at the beginning of a run and has bounded repeats, so that no text
makes one slow. Doses, laboratory values, codes and numbers of trials have none of these shapes.
Where a pattern has a group `it`, only that part identifies.
"""

import re
from dataclasses import dataclass

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
    rf"|\b{_WEEKDAY}{_MONTH} (?:the )?\d{{1,2}}{_ORDINAL},?(?: of)? {_YEAR}\b"
    rf"|(?<![\w/.-]){_DAY} ([/.-]) {_DAY} \4 {_YEAR}(?!\w)"
    rf"|\b{_WEEKDAY}\d{{1,2}}{_ORDINAL}\.? (?:of )?{_MONTH},? (?:of )?{_YEAR}\b"
)

_TLD = r"(?:com|org|net|edu|gov|info|me|app|io|blog|health|example|test|invalid|co|uk|de|fr|us|ca|au|ie|eu)"
_EMAIL = (
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}\b"
    # ... or spelled out: "jane at example dot org", "jane (at) example.org"
    rf"|(?<![\w.+-])[\w.+-]{{1,64}} ?[(\[{{] ?at ?[)\]}}] ?[\w-]{{1,63}}(?:(?: ?[(\[{{] ?dot ?[)\]}}] ?| dot |\.)[\w-]{{1,63}}){{1,4}}"
    rf"|(?<![\w.+-])[\w+-]{{1,64}}(?:(?: dot |\.)[\w+-]{{1,64}}){{0,2}} at [\w-]{{1,63}} dot {_TLD}\b"
)
_WEB_WORDS = ("blog", "site", "page", "profile", "portal", "address", "link", "url")
_WEB = (
    r"\b(?:[a-z]{2,10}://|www\.)\S*[\w/]"
    r"|\b(?:blog|site|website|page|profile|portal|homepage|web address|link|url)(?: is| at| on|:)? (?P<it>(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,10})\b(?!@)"
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

# Papers whose name alone leads to a number, and those that need "number" or "ID" beside it.
_PAPERS = (
    r"(?:(?:medical |health |hospital |patient |insurance |case |study )?(?:mrn|nhs|chi|ssn|records?|charts?|case|file|dossier|passport|rx|medicare|id|ids)"
    r"|hospital|patient|medical|health|insurance|medicaid|member|membership|subscriber|beneficiary|policy|account|claim|reference|ref|admission|accession"
    r"|specimen|sample|lab|order|referral|prescription|script|licen[cs]e|registration|booking|appointment|visit|encounter|invoice|participant|subject"
    r"|donor|employee|student|badge|identity|identification|plan|group|national insurance|ni|tax|serial|device|implant|pacemaker|ticket|wristband|folder|va)"
)
_CALLED = (
    r"(?: (?:card|plan|record|file|chart))?(?: (?:numbers?|nos?\.?|id|ids|identifier|num)(?!\w)| ?#|(?<=mrn)|(?<=nhs)|(?<=records)|(?<=record)|(?<=charts)|(?<=chart)"
    r"|(?<=case)|(?<=file)|(?<=passport)|(?<=rx)|(?<= id)|(?<=chi)|(?<=dossier)|(?<=medicare))(?![a-z])"
)
_IS = r"(?:'s)?(?:,? (?:mine|is|was|are|were|reads|says|ends in|ending in|starts with|of|has|on file|under)){0,2}[ ,:#=(-]{0,4}"
_PAPER = r"(?!nct ?\d|1-8\d\d-|(?:19|20)\d\d(?![\w/-]|\.\d))(?:[a-z]{1,4} )?(?=(?:[\w/.-]{0,10}? ?\d){3})[\w/-][\w/.-]{1,31}(?: \d{2,6}(?![\w/]))*(?<=[\w])"
_RECORD = (
    rf"\b{_PAPERS}{_CALLED}{_IS}(?:{_PAPER})(?:(?:,? and |, | or ){_PAPER})?"
    r"|\bmrn[ :#]{0,3}\d{4,12}\b"
    # A number beside a name: "Jane Doe / 77-4410-02".
    r"|(?<=[a-z] / )\d[\d-]{5,14}\d\b"
)

_PHONE = (
    r"(?<![\w.])(?:\+(?=(?:[ ().-]{0,2}\d){8,15}(?!\d))\d[\d ().-]{6,24}\d"
    r"|(?:1[ .-])?(?:\(\d{3}\)[ .-]?|\d{3}[ .-])\d{3}[ .-]\d{4}"
    r"|(?:\(0\d{2,4}\) ?|0\d{2,4}[ -])\d{3,4}[ -]?\d{3,4}|0\d{9,10}|[2-9]\d{9}|00\d{1,3}(?:[ -]?\d{2,5}){2,5})(?!\w)"
    r"|\b(?:call|text|phone|tel|telephone|cell|mobile|fax|number|reach|ring|dial|whatsapp|sms|message|landline|voicemail|line|extension|back at|me (?:at|on))\b"
    r"[^?!\d+(]{0,32}?(?P<it>(?<![\w.-])(?:\d{3}[ .-]\d{4}|\d{2,4}(?:[ .-]\d{2,4}){2,4}))(?![\w-]|\.\d)"
)

_ADDRESS = (
    r"\b\d{1,5}[A-Za-z]? (?:(?:[A-Z][a-z]+|\d{1,3}(?:st|nd|rd|th)) ){1,3}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place"
    r"|Pl|Square|Terrace|Close|Crescent|Gardens)\b(?! scans?\b)\.?"
)

_AT = ("@", " at ", "(at", "[at", "{at", "at)", "at]", "at}")


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of identifier: its pattern, and what a text must hold for it to be there at all."""

    kind: str
    pattern: re.Pattern[str]
    digits: int = 0  # at least
    marks: tuple[str, ...] = ()  # one of them, in small letters

    def may_be_in(self, small: str, digits: int) -> bool:
        """Tell from a text in small letters, and from how many digits it has."""
        return digits >= self.digits and (
            not self.marks or any(mark in small for mark in self.marks)
        )


SHAPES = (
    Shape("email", re.compile(_EMAIL, _I), marks=_AT),
    Shape("web address", re.compile(_WEB, _I), marks=("://", "www.", "@", "/", *_WEB_WORDS)),
    Shape("account number", re.compile(_ACCOUNT), digits=2),
    Shape("card number", re.compile(_CARD, _I), digits=12),
    Shape("social security number", re.compile(_SSN, _I), digits=9),
    Shape("record number", re.compile(_RECORD, _I), digits=2),
    Shape("phone number", re.compile(_PHONE, _I), digits=6),
    Shape("date", re.compile(_DATE, _I), digits=3),
    Shape("address", re.compile(_ADDRESS), digits=1),
)
DIGIT = re.compile(r"\d")
