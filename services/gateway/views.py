"""Show what the gateway knows as JSON: questions, envelopes of answers, evidence. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from caveat.model import Passage, Source
from caveat.terms import names_of
from services.gateway.core import ANSWERED, LANGUAGE_NOTICE, NOTICE, status_of
from services.gateway.records import KeptPassage, KeptSource, Progress, SignedAnswer, StoredAnswer

FORMATS: Mapping[str, str] = {
    "json": "application/json",
    "html": "text/html",
    "markdown": "text/markdown",
    "text": "text/plain",
    "jsonld": "application/ld+json",
}
"""The presentations that are always there; `?format=` names one, since a link has no Accept."""

VERIFY = "/v1/verify"


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer whose signature holds; `log_index` is None where the log does not tell it yet."""

    stored: StoredAnswer
    decision_id: str
    log_index: int | None = None

    @property
    def signed(self) -> SignedAnswer:
        """The signed answer."""
        return self.stored.signed

    @property
    def is_superseded(self) -> bool:
        """Whether there is a higher version."""
        return self.signed.version < self.stored.latest_version


# --- questions -----------------------------------------------------------------------------------


def question_view(progress: Progress) -> bytes:
    """Show a question: its id, its status and where to go from there."""
    return to_json(
        {
            "id": progress.question_id,
            "status": status_of(progress),
            "outcome": progress.outcome,
            "asked_at": rfc3339(progress.asked_at) if progress.asked_at else None,
            "updated_at": rfc3339(progress.updated_at),
            "links": question_links(progress.question_id, progress.answer_id),
        }
    )


def acceptance_view(question_id: str, lang: str = "") -> bytes:
    """Show that a question was accepted. The same bytes for every repetition of its key."""
    notice = NOTICE if not lang or lang in ANSWERED else f"{NOTICE} {LANGUAGE_NOTICE}"
    links = question_links(question_id, None)
    return to_json({"id": question_id, "status": "accepted", "notice": notice, "links": links})


def question_links(question_id: str, answer_id: str | None) -> dict[str, Any]:
    """Say where a question, what happens to it, and its answer are."""
    itself = f"/v1/questions/{question_id}"
    answer = f"/v1/answers/{answer_id}" if answer_id else None
    return {"self": itself, "events": f"{itself}/events", "answer": answer}


# --- answers -------------------------------------------------------------------------------------


def envelope(shown: Shown) -> bytes:
    """Put the unsigned particulars around the signed bytes, which nothing re-encodes."""
    signed = shown.signed
    around = {
        "attestation": attestation_of(signed),
        "lifecycle": _lifecycle(shown),
        "links": _links(shown),
    }
    return b'{"answer":' + signed.document + b"," + to_json(around)[1:]


def envelope_tag(shown: Shown) -> str:
    """Name an envelope: by the digest of its document, and by what can change around it."""
    newer = f"-{shown.stored.latest_version}" if shown.is_superseded else ""
    logged = "" if shown.log_index is None else f"-log{shown.log_index}"
    return f"{shown.signed.sha256}{newer}{logged}"


def attestation_of(signed: SignedAnswer) -> dict[str, str]:
    """Say who signed an answer, and over which bytes."""
    return {"jws": signed.jws, "key_id": signed.key_id, "payload_sha256": signed.sha256}


def attestation_view(shown: Shown) -> bytes:
    """Show an attestation alone, with all that names what it is about."""
    signed = shown.signed
    about = {
        "answer_id": signed.answer_id,
        "question_id": signed.question_id,
        "version": signed.version,
        "decision_id": shown.decision_id,
    }
    links = {
        "answer": answer_link(signed, signed.version if shown.is_superseded else None),
        "keys": "/.well-known/jwks.json",
        "verify": VERIFY,
    }
    return to_json({**about, **attestation_of(signed), "log": _place_in_log(shown), "links": links})


def answer_link(signed: SignedAnswer, version: int | None = None, form: str | None = None) -> str:
    """Say where an answer is, in a version or a presentation."""
    query = "&".join(
        f"{name}={value}" for name, value in (("version", version), ("format", form)) if value
    )
    return f"/v1/answers/{signed.answer_id}{'?' + query if query else ''}"


def _lifecycle(shown: Shown) -> dict[str, Any]:
    newest = answer_link(shown.signed, shown.stored.latest_version)
    return {
        "state": "superseded" if shown.is_superseded else "current",
        "superseded_by": newest if shown.is_superseded else None,
        "last_checked_at": None,
        "log": _place_in_log(shown),
    }


def _place_in_log(shown: Shown) -> dict[str, Any] | None:
    if shown.log_index is None:
        return None
    proof = f"/v1/audit/decisions/{shown.decision_id}/proof"
    return {"index": shown.log_index, "proof_url": proof}


def _links(shown: Shown) -> dict[str, str]:
    signed = shown.signed
    itself = answer_link(signed, signed.version if shown.is_superseded else None)
    forms = ("html", "jsonld", "markdown", "text")
    presented = {form: answer_link(signed, signed.version, form) for form in forms}
    return {"self": itself, **presented, "verify": VERIFY}


# --- evidence ------------------------------------------------------------------------------------


def passage_view(kept: KeptPassage) -> bytes:
    """Show a passage with its source."""
    return to_json({**_passage(kept.passage), "source": _source(kept.source)})


def source_view(kept: KeptSource) -> bytes:
    """Show a source with its passages, in order, and the stored text that they stand in."""
    return to_json(
        {
            **_source(kept.source),
            "corpus_version": kept.corpus_version,
            "text": kept.text,
            "passages": [_passage(one) for one in kept.passages],
        }
    )


def term_view(kept: KeptPassage) -> bytes:
    """Show a word: how it is spelt, what it means, and which source says so."""
    names = names_of(kept.passage)
    links = {
        "self": f"/v1/glossary/{quote(names[0], safe='')}",
        "passage": f"/v1/passages/{kept.passage.passage_id}",
        "source": f"/v1/sources/{kept.source.source_id}",
    }
    return to_json(
        {
            "term": names[0],
            "names": list(names),
            "definition": kept.passage.text,
            "source": _source(kept.source),
            "links": links,
        }
    )


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.passage_id,
        "source_id": passage.source_id,
        "heading": passage.heading,
        "facet": passage.facet,
        "subject": passage.subject,
        "start": passage.start,
        "end": passage.start + len(passage.text),
        "text": passage.text,
        "links": {
            "self": f"/v1/passages/{passage.passage_id}",
            "source": f"/v1/sources/{passage.source_id}",
        },
    }


def _source(source: Source) -> dict[str, Any]:
    rests_on = source.rests_on
    return {
        "id": source.source_id,
        "type": str(source.type),
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "updated_on": source.updated_on,
        "retrieved_at": rfc3339(source.retrieved_at),
        "licence": source.licence,
        "text_sha256": source.text_sha256,
        "tier": source.tier,
        "retracted": source.retracted,
        "rests_on": rests_on
        and {
            "title": rests_on.title,
            "publisher": rests_on.publisher,
            "type": str(rests_on.type),
            "dated": rests_on.dated,
        },
        "links": {"self": f"/v1/sources/{source.source_id}"},
    }


# --- writing -------------------------------------------------------------------------------------


def rfc3339(at: datetime) -> str:
    """Write a moment in UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_json(value: Any) -> bytes:
    """Write JSON without needless bytes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
