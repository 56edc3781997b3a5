"""Builders that several test folders share."""

import os
import time
import uuid
from typing import Any

QUOTE = "CAR T-cell therapy is not approved for myelodysplastic syndromes (MDS)."


def a_question_id() -> str:
    """Make a random UUIDv7."""
    moment = int(time.time() * 1000).to_bytes(6, "big")
    number = int.from_bytes(moment + os.urandom(10), "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=number))


def a_document(**changes: Any) -> dict[str, Any]:
    """Make a published answer document with one cited sentence, a notice, a question and a gap."""
    document: dict[str, Any] = {
        "schema": "caveat/answer/1",
        "id": "ans_0123456789abcdefghijklmnop",
        "question_id": "01980000-0000-7000-8000-000000000001",
        "version": 1,
        "status": "published",
        "status_reason": None,
        "lang": "en",
        "dir": "ltr",
        "audience": "patient",
        "region": "US",
        "title": "Is CAR-T cell therapy available for MDS?",
        "slug": "is-car-t-cell-therapy-available-for-mds",
        "question": {
            "text": "Is CAR-T cell therapy available for MDS",
            "redacted": False,
            "asked_on": "2026-11-22",
        },
        "topic": {
            "label": "Myelodysplastic syndromes (MDS)",
            "codes": [{"system": "NCIt", "code": "C3247"}],
        },
        "answer_kind": "explanation",
        "dates": {
            "answered_at": "2026-11-22T10:00:00Z",
            "evidence_as_of": "2026-11-22",
            "next_check_due": "2027-02-20",
        },
        "by": {
            "publisher": "Caveat demonstration",
            "fallback": None,
            "generator": "extractive/1",
            "human_review": None,
            "interests": [],
        },
        "disclaimers": {
            "top": {"id": "disc.top", "version": 1, "text": "This is general information."},
            "closing": {"id": "disc.close", "version": 1, "text": "This is not medical advice."},
        },
        "notices": [
            {"id": "notice.demonstration", "version": 1, "text": "The sources are demonstrations."}
        ],
        "care": None,
        "outcome": None,
        "summary": {"sentences": ["s1"]},
        "sections": [
            {
                "id": "sec1",
                "kind": "status",
                "heading": {"id": "heading.status", "text": "Where things stand"},
                "blocks": [
                    {"type": "paragraph", "sentences": ["s1"]},
                    {"type": "list", "ordered": False, "items": [["s1"]]},
                ],
            }
        ],
        "sentences": {
            "s1": {
                "text": QUOTE,
                "class": "clinical",
                "citations": ["c1"],
                "certainty": None,
                "terms": [],
                "spans": [],
                "support": None,
            },
            "s2": {
                "text": "Which trials study CAR T-cell therapy for MDS?",
                "class": "question",
                "citations": [],
                "certainty": None,
                "terms": [],
                "spans": [],
                "support": None,
            },
            "s3": {
                "text": "The sources searched held nothing on costs.",
                "class": "navigation",
                "citations": [],
                "certainty": None,
                "terms": [],
                "spans": [],
                "support": None,
            },
        },
        "questions_to_ask": [{"sentence": "s2", "because": ["s1"]}],
        "gaps": [{"sentence": "s3", "searched": ["demonstration_note"], "as_of": "2026-11-22"}],
        "citations": {
            "c1": {
                "n": 1,
                "source": "src_one",
                "supports": ["s1"],
                "selector": {"exact": QUOTE, "prefix": "", "suffix": "", "start": 0, "end": 71},
                "locator": {"heading": "Where things stand", "page": None},
                "passage": "psg_one",
                "live_url": None,
            }
        },
        "sources": {
            "src_one": {
                "type": "demonstration_note",
                "title": "CAR T-cell therapy and MDS",
                "publisher": "Caveat demonstration notes",
                "authors": [],
                "published_on": None,
                "updated_on": None,
                "retrieved_at": "2026-11-22T00:00:00Z",
                "version": None,
                "ids": dict.fromkeys(("doi", "pmid", "pmcid", "nct", "setid", "cdr")),
                "url": "https://example.org/review",
                "access": "free",
                "licence": "Apache-2.0",
                "text_sha256": "0" * 64,
                "tier": 4,
                "retracted": False,
                "rests_on": {
                    "title": "A review",
                    "publisher": "A journal",
                    "type": "review",
                    "dated": "2022",
                },
            }
        },
        "glossary": {},
        "readability": {"words": 27, "longest_sentence_words": 10},
        "guard": {
            "decision_id": "dec_1",
            "verdict": "pass_with_edits",
            "policy": {"id": "consumer", "version": "2026.11.4", "sha256": "0" * 64},
            "checks": [
                {
                    "id": "citation.missing",
                    "version": "1",
                    "outcome": "pass",
                    "subjects": [],
                    "by": "CODE",
                }
            ],
            "edits": [
                {
                    "sentence": "s9",
                    "action": "drop",
                    "check": "advice.directive",
                    "reason_code": "advice",
                    "before_sha256": "0" * 64,
                }
            ],
            "coverage": {"clinical": 1, "cited": 1, "resolved": 1, "removed": 1},
            "decided_at": "2026-11-22T10:00:00Z",
        },
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    }
    return document | changes


def a_refusal(**changes: Any) -> dict[str, Any]:
    """Make an emergency page: a care card, an outcome, no sections."""
    plain = {"citations": [], "certainty": None, "terms": [], "spans": [], "support": None}
    refusal = a_document(
        status="refused",
        status_reason="emergency",
        title="Call for help now",
        slug="call-for-help-now",
        question={"text": None, "redacted": False, "asked_on": "2026-11-22"},
        topic=None,
        answer_kind="unknown",
        by={
            "publisher": "Caveat demonstration",
            "generator": None,
            "fallback": None,
            "human_review": None,
            "interests": [],
        },
        care={
            "level": "emergency",
            "text": ["s1"],
            "contacts": [{"label": "Emergency services", "tel": "911", "region": "US"}],
        },
        outcome={
            "code": "emergency",
            "headline": "This may be an emergency",
            "explain": ["s2"],
            "you_can": [{"label": "Ask a general question later", "href": "/"}],
        },
        notices=[],
        summary={"sentences": []},
        sections=[],
        sentences={
            "s1": {**plain, "text": "Call emergency services now.", "class": "navigation"},
            "s2": {**plain, "text": "This page cannot help.", "class": "navigation"},
        },
        questions_to_ask=[],
        gaps=[],
        citations={},
        sources={},
    )
    refusal["guard"] |= {"verdict": "refuse"}
    return refusal | changes
