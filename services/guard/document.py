"""Assemble the answer document of a draft. Pure: time, ids and the trace arrive as arguments.

Shapes follow interfaces.md, "The answer document": integers and strings only, no markup.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from caveat.model import (
    Disposition,
    Draft,
    Evidence,
    Fallback,
    RoutedQuestion,
    Section,
    SourceType,
)
from services.guard.core import placed_sentences
from services.guard.examination import Examination, Statement
from services.guard.glossary import Explained, explained
from services.guard.policy import Policy
from services.guard.registry import citations_of, source_of

SCHEMA = "caveat/answer/1"


@dataclass(frozen=True, slots=True)
class Imprint:
    """What every document is stamped with."""

    answer_id: str
    question_id: str
    version: int
    decided_at: datetime
    trace_id: str


def assemble(
    question: RoutedQuestion,
    evidence: Evidence,
    draft: Draft,
    examination: Examination,
    imprint: Imprint,
) -> dict[str, Any]:
    """Build the page of an answer, without its `guard` part."""
    policy = examination.policy
    placed = placed_sentences(draft)
    words = explained(draft, evidence)
    by_place = frozenset(placed)
    by_id = {s.sentence.sentence_id: s for s in examination.statements}
    citations = citations_of([by_id[s] for s in placed], evidence)
    cited = {citation["source"] for citation in citations.values()}
    sources = {
        s.source_id: source_of(s, moment(s.retrieved_at))
        for s in evidence.sources
        if s.source_id in cited
    }
    return {
        **frame(imprint, policy, lang=question.lang, region=question.region),
        **_opening(question, evidence, policy, imprint),
        "by": author(policy, draft.composer, draft.fallback),
        "notices": _notices(question, sources, policy),
        "summary": {"sentences": list(draft.summary)},
        "sections": [
            _section(index, section, policy) for index, section in enumerate(draft.sections, 1)
        ],
        "sentences": {s: _sentence(by_id[s], citations, words) for s in placed},
        "questions_to_ask": [
            {"sentence": q.sentence, "because": [b for b in q.because if b in by_place]}
            for q in draft.questions_to_ask
        ],
        "gaps": [gap_of(g.sentence, evidence.kinds_searched, evidence.as_of) for g in draft.gaps],
        "citations": citations,
        "sources": sources,
        "glossary": {t: {"term": w.term, "sentence": w.sentence} for t, w in words.items()},
        "readability": readability(by_id[s].sentence.text for s in placed),
    }


def gap_of(sentence_id: str, searched: Iterable[SourceType], as_of: str | None) -> dict[str, Any]:
    """Say what was looked through without finding anything."""
    return {"sentence": sentence_id, "searched": list(map(str, searched)), "as_of": as_of}


def _opening(
    question: RoutedQuestion, evidence: Evidence, policy: Policy, imprint: Imprint
) -> dict[str, Any]:
    """Say what was asked, when, and how fresh the evidence is."""
    title = title_of(question.text)
    return {
        "status": "published",
        "status_reason": None,
        "title": title,
        "slug": slug_of(title),
        "question": {
            "text": question.text,
            "redacted": question.redacted,
            "asked_on": question.asked_on,
        },
        "topic": _topic(question),
        "answer_kind": "explanation",
        "dates": {
            "answered_at": moment(imprint.decided_at),
            "evidence_as_of": evidence.as_of,
            "next_check_due": _next_check(imprint.decided_at, policy),
        },
    }


def _notices(
    question: RoutedQuestion, sources: Mapping[str, Any], policy: Policy
) -> list[dict[str, Any]]:
    notices = [policy.reframe] if question.disposition is Disposition.REFRAME else []
    if any(source["type"] == "demonstration_note" for source in sources.values()):
        notices.append(policy.demonstration)
    return [notice.shown() for notice in notices]


def frame(imprint: Imprint, policy: Policy, *, lang: str, region: str) -> dict[str, Any]:
    """Build the parts that every document has, with empty rooms for the rest."""
    return {
        "schema": SCHEMA,
        "id": imprint.answer_id,
        "question_id": imprint.question_id,
        "version": imprint.version,
        "lang": lang or "en",
        "dir": "ltr",
        "audience": policy.audience,
        "region": region or None,
        "topic": None,
        "disclaimers": {"top": policy.top.shown(), "closing": policy.closing.shown()},
        "notices": [],
        "care": None,
        "outcome": None,
        "summary": {"sentences": []},
        "sections": [],
        "questions_to_ask": [],
        "gaps": [],
        "citations": {},
        "sources": {},
        "glossary": {},
        "trace_id": imprint.trace_id,
    }


def author(
    policy: Policy, composer: str | None, fallback: Fallback | None = None
) -> dict[str, Any]:
    """Say who wrote the page: software, which, and in whose place."""
    return {
        "publisher": policy.publisher,
        "generator": composer,
        "fallback": fallback and {"composer": fallback.composer, "reason": fallback.reason},
        "human_review": None,
        "interests": [],
    }


def moment(at: datetime) -> str:
    """Write a time as RFC 3339 in UTC, to the millisecond."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sentence(text: str, kind: str, citations: Iterable[str] = ()) -> dict[str, Any]:
    """Build one sentence entry."""
    return {
        "text": text,
        "class": kind,
        "citations": list(citations),
        "certainty": None,
        "terms": [],
        "spans": [],
        "support": None,
    }


def title_of(text: str) -> str:
    """Normalise what was typed into a title: one line, a capital, and a question mark if due."""
    line = " ".join(text.split()).rstrip(" .!?")
    asks = re.match(
        r"(?:what|which|who|when|where|why|how|is|are|was|were|do|does|did|can|could|will|would"
        r"|should|may|has|have|am)\b",
        line,
        re.IGNORECASE,
    )
    line = line or " ".join(text.split())
    shortened = line if len(line) <= 200 else line[:199].rstrip() + "\u2026"
    return shortened[:1].upper() + shortened[1:] + ("?" if asks else "")


def slug_of(title: str) -> str:
    """Make the part of an address that people read."""
    words = re.findall(r"[a-z0-9]+", title.casefold())
    return "-".join(words)[:80].strip("-") or "answer"


def readability(texts: Iterable[str]) -> dict[str, Any]:
    """Count words, in all and in the longest sentence."""
    counts = [len(text.split()) for text in texts]
    return {"words": sum(counts), "longest_sentence_words": max(counts, default=0)}


def _topic(question: RoutedQuestion) -> dict[str, Any] | None:
    if question.topic is None:
        return None
    codes = [{"system": c.system, "code": c.code} for c in question.topic.codes]
    return {"label": question.topic.label, "codes": codes}


def _next_check(decided_at: datetime, policy: Policy) -> str:
    due: date = decided_at.date() + timedelta(days=policy.next_check_days)
    return due.isoformat()


def _section(index: int, section: Section, policy: Policy) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = []
    for block in section.blocks:
        items = [list(item.sentences) for item in block.items]
        if block.type == "list":
            blocks.append({"type": "list", "ordered": False, "items": items})
        else:
            blocks += [{"type": "paragraph", "sentences": item} for item in items]
    # A kind comes from the draft, and nobody has judged it: only the policy's own kinds are shown.
    kind = section.kind if section.kind in policy.headings else "other"
    heading = policy.headings.get(kind, "More on the subject")
    return {
        "id": f"sec{index}",
        "kind": kind,
        "heading": {"id": f"heading.{kind}", "text": heading},
        "blocks": blocks,
    }


def _sentence(
    statement: Statement, citations: Mapping[str, Any], words: Mapping[str, Explained]
) -> dict[str, Any]:
    own = statement.sentence.sentence_id
    entry = sentence(
        statement.sentence.text,
        statement.kind,
        (c for c, citation in citations.items() if own in citation["supports"]),
    )
    entry["terms"] = [
        {"start": word.first.start, "end": word.first.end, "term": term_id}
        for term_id, word in words.items()
        if word.first.sentence == own
    ]
    if entry["citations"] and statement.needs_citation:
        entry["support"] = {
            "label": "supported",
            "score_permille": 1000,
            "method": "verbatim",
            "by": "CODE",
        }
    return entry
