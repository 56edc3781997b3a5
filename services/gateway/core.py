"""Read questions, make ids, name statuses. Pure: time and randomness are arguments.

No fault that is named here quotes what was sent: it may be a person's words.
"""

import hashlib
import json
import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caveat.pipeline import STAGES
from services.gateway.records import Progress
from services.gateway.regions import REGIONS

NOTICE = (
    "If this may be an emergency, call your local emergency number now "
    "(911 in the US, 112 in the EU, 999 in the UK)."
)

LANGUAGE_NOTICE = (
    "For now, questions are answered in English only. "
    "Por ahora solo se responden preguntas en ingl\u00e9s."
)

BODY_LIMIT = 64 * 1024  # bytes
SHORTEST, LONGEST = 3, 4096  # characters of a question
LANGUAGES = frozenset({"en", "es"})
ANSWERED = frozenset({"en"})
"""The languages that answers are written in; a question in another ends in the language page."""
AUDIENCES = frozenset({"patient"})
OUTCOMES = frozenset({"published", "refused", "insufficient_evidence", "failed"})
LONGEST_WAIT = 30  # seconds

_FIELDS = frozenset({"text", "lang", "region", "audience"})
_LINE_BREAKS = "\n\r\t"  # what a person types into a text box
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_WAIT = re.compile(r"wait\s*=\s*\"?(\d{1,9})\"?", re.IGNORECASE)
_STATUS_OF_STEP = {
    "screen": "screening",
    "retrieve": "retrieving",
    "draft": "drafting",
    "check": "checking",
    "publish": "publishing",
}
_STEPS = {stage.seq: stage.step for stage in STAGES if stage.step}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one part of a request; `pointer` is a JSON pointer into its body."""

    pointer: str
    detail: str


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a question is not accepted."""

    faults: tuple[Fault, ...]
    too_long: bool = False


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question within the limits, in NFC; `lang` and `region` are empty when unknown."""

    text: str
    lang: str = ""
    region: str = ""
    audience: str = "patient"


# --- questions -----------------------------------------------------------------------------------


def read_question(body: bytes) -> NewQuestion | Objection:
    """Read the body of a question, or list every fault in it."""
    if len(body) > BODY_LIMIT:
        return body_too_long()
    fields = read_object(body)
    if isinstance(fields, Fault):
        return Objection((fields,))
    text = fields.get("text")
    normal = unicodedata.normalize("NFC", text).strip() if isinstance(text, str) else ""
    if len(normal) > LONGEST:
        return Objection((Fault("#/text", f"must have at most {LONGEST} characters"),), True)
    if faults := (*_faults_of_text(text, normal), *_faults_beside_text(fields)):
        return Objection(faults)
    return NewQuestion(normal, fields.get("lang") or "", fields.get("region") or "")


def read_object(body: bytes) -> dict[str, Any] | Fault:
    """Read a body that must be one JSON object."""
    try:
        fields = json.loads(
            body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError):
        return Fault("#", "must be one JSON object in UTF-8, without repeated names")
    return fields if isinstance(fields, dict) else Fault("#", "must be a JSON object")


def body_too_long() -> Objection:
    """Object to a body that is not even read."""
    return Objection((Fault("#", f"must have at most {BODY_LIMIT} bytes"),), True)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a name is repeated")
    return fields


def _refuse_constant(name: str) -> Any:
    raise ValueError("not a JSON number")


def _faults_of_text(text: object, normal: str) -> tuple[Fault, ...]:
    if not isinstance(text, str):
        return (Fault("#/text", "must be a string"),)
    kinds = {unicodedata.category(c) for c in text if c not in _LINE_BREAKS}
    if "Cc" in kinds:
        return (Fault("#/text", "must not have control characters"),)
    if "Cs" in kinds:
        return (Fault("#/text", "must not have halves of surrogate pairs"),)
    # Zero-width characters alone are nothing that anybody can read.
    visible = any(unicodedata.category(c)[0] not in "CZ" for c in normal)
    if len(normal) < SHORTEST or not visible:
        return (Fault("#/text", f"must have at least {SHORTEST} characters"),)
    return ()


def _faults_beside_text(fields: dict[str, Any]) -> tuple[Fault, ...]:
    lang, region = fields.get("lang"), fields.get("region")
    checks = (
        ("#", not fields.keys() - _FIELDS, f"may only have {', '.join(sorted(_FIELDS))}"),
        ("#/lang", lang is None or _is_one_of(lang, LANGUAGES), "must be en, es or null"),
        (
            "#/region",
            region is None or _is_one_of(region, REGIONS),
            "must be an ISO 3166-1 alpha-2 code or null",
        ),
        ("#/audience", _is_one_of(fields.get("audience", "patient"), AUDIENCES), "must be patient"),
    )
    return tuple(Fault(pointer, detail) for pointer, holds, detail in checks if not holds)


def _is_one_of(value: object, allowed: frozenset[str]) -> bool:
    return isinstance(value, str) and value in allowed


# --- ids and hashes ------------------------------------------------------------------------------


def uuid7(at: datetime, random: bytes) -> str:
    """Make a UUIDv7 (RFC 9562) of a moment and ten random bytes."""
    if len(random) != 10:
        raise ValueError("a UUIDv7 takes ten random bytes")
    number = int(at.timestamp() * 1000) << 80 | int.from_bytes(random, "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=number))


def is_key(key: str) -> bool:
    """Tell whether an Idempotency-Key is 1 to 255 visible ASCII characters."""
    return _KEY.fullmatch(key) is not None


def tag_of(client: str, key: str) -> str:
    """Hash a client's key: a key is the client's own text and is not kept."""
    return _hash("tag", client, key)


def body_hash_of(question: NewQuestion, key: str) -> str:
    """Hash what was asked. The key salts it, so that a stored hash cannot be looked up."""
    return _hash(
        "body", key, question.text, question.lang, question.region, question.audience
    )  # fmt: skip


def _hash(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


# --- what the reader sees ------------------------------------------------------------------------


def wait_of(prefer: str) -> int:
    """Read the seconds of `Prefer: wait=N`; 0 when there are none, at most the longest wait."""
    waits = (_WAIT.fullmatch(part.strip()) for part in re.split("[,;]", prefer))
    return next((min(int(found[1]), LONGEST_WAIT) for found in waits if found), 0)


def status_of(progress: Progress) -> str:
    """Name the step that a question is in: the one after the last completed."""
    if progress.outcome is not None:
        return "done"
    if progress.seq < min(_STEPS):
        return "accepted"
    return _STATUS_OF_STEP[_STEPS[min(progress.seq + 1, max(_STEPS))]]


def etag(content: bytes) -> str:
    """Make a strong entity tag of some bytes."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def is_fresh(if_none_match: str, tag: str) -> bool:
    """Tell whether a client already holds the entity with this tag."""
    held = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return tag in held or "*" in held
