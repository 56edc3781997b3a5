"""Choose a route for a question. Pure: the same question always gets the same route."""

import hashlib
import re
import unicodedata
from datetime import UTC, datetime

from caveat.errors import InvalidQuestion
from caveat.model import (
    ConclusionCode,
    Disposition,
    Intent,
    QuestionAsked,
    QuestionConcluded,
    RoutedQuestion,
)
from services.router.redaction import redact
from services.router.topics import expand, tag

SHORTEST, LONGEST = 3, 4096  # code points

# A language is believed against English only when the detector is this sure of it.
SURE_PERMILLE = 700

# The endings that drug names share, and other treatments: what can cause an effect.
_TREATMENT = (
    r"(?:\w{3,}(?:stat|cept|mide|tidine|tabine|nib|mab|cel|poetin|clax|formin)|car[- ]?t|chemo\w*"
    r"|transfusions?|transplant\w*|transplantation|therap(?:y|ies)|treatments?|drugs?"
    r"|medicines?|tablets?|supplements?)"
)

_INTENTS: tuple[tuple[Intent, str], ...] = (
    (Intent.TRIALS, r"\btrials?\b|\bplacebos?\b|\bstud(?:y|ies)\b.{0,80}\b(?:join|find|enrol|recruit)"),
    (Intent.TREATMENT, r"\bhow (?:long|often) (?:do|does|will|is|are)\b(?!.{0,60}side[- ]effect).{1,80}\b(?:takes?|lasts?|given)\b|\bwhat (?:happens|is done) (?:before|during|after|in)\b|\bwhat can be done\b|\bwhile (?:taking|on|having)\b|\b(?:medicines?|medications?|drugs?|treatments?) (?:is|are) used\b"),
    (Intent.AVAILABILITY, r"\bavailab\w+|\bapprov\w+|\blicen[cs]ed\b|\bcan .{1,120} be (?:used|treated with)\b|\b(?:option|used) for\b|\bwhy (?:does|do|is|are|did)(?:n't|\b.{0,60} not)\b|\bcover(?:s|ed|age)?\b|\bmedicare\b|\binsurance\b|\bexperimental\b"),
    (Intent.RISKS, r"\bside[- ]effects?\b|(?<!high )(?<!higher )(?<!low )(?<!lower )(?<!at )(?<!-)\brisks?\b(?! (?:factors?|groups?|scores?))|\bcomplications?\b|\bdanger(?:s|ous)?\b|\bsafe(?:ty)?\b|\badverse\b"
        rf"|^(?:does|do|can|could|will|may|might)\b.{{0,60}}\b{_TREATMENT} (?:cells? )?(?:therapy )?causes?\b"),
    (Intent.SYMPTOMS, r"\bsymptoms?\b|\bsigns?\b|\bfeels? like\b"),
    (Intent.CAUSES, r"\bcaus\w+|\bwho gets?\b|\brisk factors?\b|\bat (?:high(?:er)? )?risk\b|\bwhy (?:do(?:es)?|did|am|is|are) .{1,80}\b(?:get|happen|develop|have|low|high)\b|\bleads? to\b|\bruns? in (?:the )?famil|\binherit\w+|\bhereditary\b|\bgenetic\b"),
    (Intent.SUPPORT, r"\bcop(?:e|ing)\b|\bsecond opinion\b|\bquestions? .{0,40}\bask\b"),
    (Intent.DIAGNOSIS, r"(?<!just )(?<!was )(?<!been )(?<!newly )(?<!recently )\bdiagnos\w+|\btests?\b|\bdetected\b|\bbiops\w+|\b(?:found|find) out\b|\bknow (?:if|whether)\b"),
    (Intent.OUTLOOK, r"\boutlook\b|\bprognos\w+|\bsurviv\w+|\blife expectancy\b|\bhow long\b|\bcurable\b|\bcured?\b|\bsuccess rate\b|\breversible\b|\bhow serious\b|\b(?:turn|develop|change|progress)s? (?:in)?to\b|\bbecomes?\b|\bget worse\b"),
    (Intent.PREVENTION, r"\bprevent\w*|\bavoid(?:ed| getting)\b"),
    (Intent.SUPPORT, r"\bsupport\b|\bpalliative\b|\bcaregivers?\b"),
    (Intent.TREATMENT, r"\btreat\w*|\btherap\w+|\bmedicines?\b|\bmedications?\b|\bdrugs?\b|\boptions?\b|\btransplant\w*|\b(?:should|can|could) (?:i|we|he|she|they|my \w+) (?:take|start|stop|have|get|try|use)\b|\bhow (?:is|are) .{1,60}\b(?:given|done)\b"),
    (Intent.DEFINITION, r"^\s*(?:what|who)(?:'s| is| are| does)\b|\bmean(?:s|ing)?\b|\bexplain\b|\bdefinition\b|\bhow (?:do|does|did) .{1,60}\bwork\b"),
)  # fmt: skip
_PATTERNS = tuple((intent, re.compile(pattern, re.IGNORECASE)) for intent, pattern in _INTENTS)

# A plain "What is X?" asks for an explanation even when X holds the word "therapy", and so does
# "How does X work?".
_WHAT_IS = re.compile(
    r"^\s*(?:what (?:is|are) (?:a |an |the )?[\w ()-]{2,60}|how (?:do|does) [\w ()-]{2,60} work)\?*\s*$",
    re.IGNORECASE,
)
_ASPECT = re.compile(
    r"\b(?:symptoms?|signs?|causes?|risks?|side effects?|outlook|treatments?|tests?"
    r"|(?<!clinical )(?<!phase \d )trials?|trials? (?:for|in|of|on|near|with)"
    r"|options?|chances?|survival|prognosis|complications?|life expectancy|success rate)\b",
    re.IGNORECASE,
)


def accept(event: QuestionAsked) -> str:
    """Return the text to work with: NFC, one line, trimmed. Raises InvalidQuestion."""
    text = " ".join(unicodedata.normalize("NFC", event.text).split())
    if not SHORTEST <= len(text) <= LONGEST:
        raise InvalidQuestion(f"a question has {SHORTEST} to {LONGEST} characters")
    if event.audience not in ("", "patient"):
        raise InvalidQuestion("the audience is not known")
    if event.region and not re.fullmatch(r"[A-Z]{2}", event.region):
        raise InvalidQuestion("the region is not an ISO 3166-1 alpha-2 code")
    return text


def language_of(detected: str, permille: int, claimed: str) -> str:
    """Choose a question's language: what was claimed, unless the detector is sure of another."""
    if permille >= SURE_PERMILLE:
        return detected
    return claimed or "en"


def intent_of(text: str) -> Intent:
    """Say what a question wants to know. First match wins."""
    if _WHAT_IS.match(text) and not _ASPECT.search(text):
        return Intent.DEFINITION
    return next((i for i, pattern in _PATTERNS if pattern.search(text)), Intent.GENERAL)


_PLACEHOLDER = re.compile(
    r"(?:\b(?:my name is|i am|i'm|this is|name|born(?: on)?|dob|mail|e-mail|email|phone|call me"
    r"|reach me|at|on|tel)[ :,]+)*\[[a-z ]+\][,.:; ]*",
    re.IGNORECASE,
)


def without_person(text: str) -> str:
    """Leave out what only says who is asking: a search for it would find nothing."""
    parts = re.split(r"(?<=[.!?;:])\s+", text)
    about = [part for part in parts if not re.search(r"\[[a-z ]+\]", part)]
    return " ".join(_PLACEHOLDER.sub(" ", " ".join(about) or text).split())


def route(
    event: QuestionAsked,
    text: str,
    *,
    redacted: bool,
    lang: str,
    disposition: Disposition,
    now: datetime,
) -> RoutedQuestion:
    """Put together what travels on: the redacted question and everything decided about it."""
    return RoutedQuestion(
        question_id=event.question_id,
        text=text,
        redacted=redacted,
        lang=lang,
        region=event.region,
        audience=event.audience or "patient",
        asked_on=(event.asked_at or now).astimezone(UTC).date().isoformat(),
        topic=tag(text),
        intent=intent_of(text),
        disposition=disposition,
        search_text=expand(without_person(text)),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def conclude(question: RoutedQuestion) -> QuestionConcluded:
    """End a question that gets a fixed page; nothing of its text goes along."""
    return QuestionConcluded.of(question, ConclusionCode(question.disposition), "router")


ANSWERED = frozenset({Disposition.ANSWER, Disposition.REFRAME})

__all__ = ["ANSWERED", "accept", "conclude", "intent_of", "language_of", "redact", "route"]
