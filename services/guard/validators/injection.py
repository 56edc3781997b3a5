"""injection.output and injection.passage: nothing on the page acts, hides, leads away or instructs.

Bare bold and lists pass, and so do the signs of science: "p < 0.05", "[1]", "HLA-B*57:01".
"""

import re
from collections.abc import Iterator

from caveat.instructions import hidden, instructs, lures, parts, quarantined
from caveat.plain import plain
from services.guard.examination import Examination, Hit

RULES = ("injection.output", "injection.passage")

# Signs of which a text has one wherever the pattern beside them matches.
_MARKUP = tuple(
    (signs.split(" "), re.compile(pattern, re.IGNORECASE | re.MULTILINE))
    for signs, pattern in (
        (
            "<",
            r"</?[a-z][\w:-]{0,20}(?:\s[^<>]{0,300})?/?>|<!--|<!?(?:script|img|iframe|svg|style|form|meta|object|embed|doctype)\b|<\||<!\[|<\?|<%",
        ),
        ("&", r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,10});|&#x?[0-9a-f]{2,6}\b"),
        (
            "[",
            r"!\[[^\]\n]{0,200}\]|\[[^\]\n]{1,200}\]\(\s?(?:[a-z][\w+.-]{0,20}:|[/#.]|[\w-]{1,60}\.[a-z]{2,10})|^\s{0,3}\[[^\]\n]{1,100}\]:\s|^\s*[-*] \[[ x]\] "
            r"|\[/?(?:url|img|b|i|u|s|color|size|quote|code|spoiler|hide)(?:=[^\]\n]{0,200})?\]|\[\[[^\]\n]{1,200}\]\]|\[\^\w{1,20}\]|\[[^\]\n\d][^\]\n]{0,100}\]\[|\[%"
            r"|\[(?:citation|source|ref(?:erence)?|document|evidence|verified|approved|system|tool|image|link|file|attachment|begin|start|end|admin|hidden|internal|private|secret|insert|note|instruction)s?\b[^\]\n]{0,160}\]",
        ),
        ("`", r"```|`[^`\n]{2,300}`"),
        (
            "=",
            r"\b[a-z_][\w-]{0,20}\s?=\s?[\"'][^\"'\n]{0,200}[\"']|==\w[^=\n]{0,200}==|\bon(?:error|load|click|mouseover|focus) ?=",
        ),
        ("/*", r"/\*|\*/"),
        # Calls, commands, queries and pairs of keys and values, as programs have them.
        (
            "(",
            r"\b[a-z]{2,20}(?:_[a-z]{2,20}){1,4}\(|\b[a-z_]{2,30}\(\)(?!-)|\b(?:url|expression|importxml|print|eval|exec|fetch|alert|require|hyperlink)\(|\((?:hidden|internal|private|secret|confidential|admin|developer|debug|reviewer|moderator|system)(?: \w{1,20}){0,2}:",
        ),
        ('"', r"(?:^|[{\[]\s{0,3})\"[\w-]{1,30}\" ?: ?(?:[\"{\[]|true\b|false\b|null\b|\d)"),
        ("'", r"(?:^|[{\[]\s{0,3})'[\w-]{1,30}' ?: ?(?:['{\[]|true\b|false\b|null\b|\d)"),
        ("%", r"%[a-z_]{3,20}%"),
        ("@", r"(?<![\w.])@[a-z_]\w{2,30}|\w@\w{1,30}:[~/]"),
        ("\u3010 \u2020", r"[\u3010\u3011]"),
        (
            "SELECT select DROP drop DELETE",
            r"\bdelete from [a-z_]{3,20}\b(?= where|;|$)|\bselect \* from\b|\bdrop table\b",
        ),
        ("document. window. console.", r"\b(?:document|window|console)\.[a-z]{3,20}\b(?=[\s(.=)])"),
        ("~~ $$ ::", r"~~\S|\$\$|^\s*\.\. \w+::|:::"),
        (
            "{ ;",
            r"\{\{|\{%|[$#%]\{|[{;]\s?(?:color|display|font(?:-size)?|content|position|visibility)\s?:",
        ),
        ("\\", r"\\[a-z]{3,20}\{|\\[\[(]|\\r?\\?n\b|\\x1b|\\u001b|\b[a-z]:\\"),
        ("|", r"\|\s?:?-{2,}|\|\|\S[^|\n]{0,200}\|\|"),
        ("# ---", r"^\s{0,3}#{1,6} \w|^-{3,}\s?$"),
    )
)
_HYPHENS = 2  # soft ones, as a page may have them in a long word
_TLD = r"(?:com|org|net|info|biz|io|co|shop|store|xyz|online|site|app|me|health|life|top|club|ru|cn|uk|de|fr|eu|us|example|test|invalid|link|click|page|dev|ai|pharmacy|clinic|doctor|tk|ly|gg|cc|tv|ws|icu|vip|website|space|cloud|host|blog|buzz|ca|au|nl|ch)"
_ADDRESS = re.compile(
    rf"\b[a-z][a-z0-9+.-]{{1,12}}://|\bwww\.\w|\b(?:data:[a-z]+/|javascript:|vbscript:|mailto:|file:/)|[\w.+-]{{1,64}}@[\w-]{{1,63}}\.[a-z]{{2}}|\bhxxps?\b|\bxn--|\blocalhost\b|/etc/\w|\.\./|\w\[\.\]\w|\b(?:bit\.ly|t\.me|youtu\.be|goo\.gl|wa\.me)\b|(?<![\d.])\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?![\d.])|(?<![\w@.])(?:[a-z0-9-]{{1,63}}\.){{1,4}}{_TLD}\b(?:/\S*)?(?!\.?\w)",
    re.IGNORECASE,
)
_DOTTED = re.compile(
    r"\.\w|\[\.|hxxp|xn--|localhost|/etc/|\.\./|:/|\b(?:data|javascript|vbscript|mailto|file):",
    re.IGNORECASE,
)  # in each address
# Registers and public services whose name is an address.
_PUBLIC = re.compile(
    r"(?:https?://)?(?:www\.)?(?:clinicaltrials|cancer|nih|cdc|fda|medlineplus|medicare|hiv|aids|womenshealth|healthfinder|genome|niddk|nhs)\.(?:gov|uk|nih\.gov)/?$|cochranelibrary\.com$",
    re.IGNORECASE,
)
# Latin letters mixed with those of another script that look alike, or with letters made for formulas.
_MIXED = re.compile(
    "[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]|[a-z][\u03b1\u03bd\u03bf\u03c1\u03b9]+[a-z]"
    "|\\b[\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03c1][a-z]{2}|[a-z]{2}[\u03b1\u03bd\u03bf\u03c1\u03b9\u0131]\\b|\\b\u0131[a-z]|[a-z]\u0131[a-z]"
)
# ... or letters made for formulas, signs, flags, Braille, phonetics or the corners of other letters.
_FORMULA_LETTERS = re.compile(
    "(?:[\U0001d400-\U0001d7cb\uff21-\uff3a\uff41-\uff5a\u249c-\u24e9\U0001f110-\U0001f189\U0001f1e6-\U0001f1ff\u2801-\u28ff\u1d00-\u1d2b\ua730-\ua731\u13a0-\u13f4][^A-Za-z]{0,2}){3}"
    "|(?:[\u02b0-\u02b8\u02e1-\u02e3\u1d2c-\u1d6a\u2071\u207f\u2090-\u209c][^A-Za-z]{0,2}){4}|(?:[\u018e\u0250-\u02ad\u1d09][^A-Z]{0,3}){4}"
)


def check(examination: Examination) -> Iterator[Hit]:
    """Look at every statement that is read, and at the passages that it cites."""
    bad = {
        passage_id: reason
        for passage_id in {
            c.passage_id for s in examination.statements for c in s.sentence.citations
        }
        if (reason := _reason_against(passage_id, examination))
    }
    for statement in examination.statements:
        if statement.oversize:
            continue  # form.oversize drops it
        message = smuggled(statement.sentence.text)
        if not message and statement.readings:
            message = "carries words in an encoding"
        if message:
            yield statement.hit("injection.output", message)
        for citation in statement.sentence.citations:
            if citation.passage_id in bad:
                message = f"rests on a passage that carries {bad[citation.passage_id]}"
                yield statement.hit("injection.passage", message)
                break


def _reason_against(passage_id: str, examination: Examination) -> str:
    passage = examination.corpus.get(passage_id) or examination.evidence.get(passage_id)
    return quarantined(passage.text) if passage else ""


def smuggled(text: str) -> str:
    """Say what a sentence carries besides its words; empty when nothing. Encodings apart."""
    if not text.isascii() and (reason := _uncommon(text)):
        return reason
    return next(filter(None, map(_wrong_in, parts(plain(text).text))), "")


def _uncommon(text: str) -> str:
    if reason := hidden(text):
        return f"carries {reason}"
    if text.count("\u00ad") > _HYPHENS:
        return "carries hyphens that nobody sees"
    if _MIXED.search(text) or _FORMULA_LETTERS.search(text):
        return "carries letters that pass for others"
    return ""


def _is_marked_up(part: str) -> bool:
    for signs, pattern in _MARKUP:
        for sign in signs:
            if sign in part:
                if pattern.search(part):
                    return True
                break
    return False


def _leads_away(part: str) -> bool:
    if not _DOTTED.search(part):
        return False
    return any(not _PUBLIC.match(match.group()) for match in _ADDRESS.finditer(part))


def _wrong_in(part: str) -> str:
    if _is_marked_up(part):
        return "carries markup"
    if _leads_away(part):
        return "carries an address outside the registry of citations"
    if instructs(part):
        return "instructs software"
    return "asks the reader for what no page may ask" if lures(part) else ""


__all__ = ["RULES", "check", "quarantined", "smuggled"]
