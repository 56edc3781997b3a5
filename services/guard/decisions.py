"""Decide: judge a draft or take a fixed page, assemble the document, record and sign it. Pure.

The security argument, step by step:
(1) every rule judges every sentence; what fails is dropped, and all that is left is judged again;
(2) the document is assembled from judged sentences, constants of the policy, and escaped copies;
(3) it is serialised once; the signature and the record are over those bytes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from caveat.attestation import Signer, canonical, sha256_hex
from caveat.model import AnswerDrafted, Draft, Finding, Verdict
from services.guard.core import Round, placed_sentences
from services.guard.document import Imprint, moment
from services.guard.examination import Examination
from services.guard.policy import Policy
from services.guard.ports import Decision
from services.guard.validators import RULES_OF_FAMILY

_CHECK_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A draft's verdict, what is left of the draft, and everything behind it."""

    verdict: Verdict
    draft: Draft
    examination: Examination
    rounds: tuple[Round, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every round."""
        return tuple(finding for one in self.rounds for finding in one.findings)


def guard_part(
    number: int, verdict: Verdict, policy: Policy, imprint: Imprint, judgement: Judgement | None
) -> dict[str, Any]:
    """Build the document's account of its own judgement."""
    return {
        "decision_id": f"dec_{number}",
        "verdict": str(verdict),
        "policy": {"id": policy.policy_id, "version": policy.version, "sha256": policy.sha256},
        "checks": _checks(judgement) if judgement else [],
        "edits": _edits(judgement) if judgement else [],
        "coverage": _coverage(judgement) if judgement else dict.fromkeys(
            ("clinical", "cited", "resolved", "removed"), 0
        ),
        "decided_at": moment(imprint.decided_at),
    }  # fmt: skip


def _checks(judgement: Judgement) -> list[dict[str, Any]]:
    """Report the last round: it judged exactly the sentences on the page."""
    last = judgement.rounds[-1]
    by_rule: dict[str, list[str]] = {}
    for finding in last.findings:
        by_rule.setdefault(finding.rule_id, []).append(finding.sentence)
    return [
        {
            "id": rule,
            "version": _CHECK_VERSION,
            "outcome": "fail" if rule in by_rule else "pass",
            "subjects": [subject for subject in by_rule.get(rule, []) if subject],
            "by": "CODE",
        }
        for rules in RULES_OF_FAMILY.values()
        for rule in rules
    ]


def _edits(judgement: Judgement) -> list[dict[str, Any]]:
    texts = {s.sentence.sentence_id: s.sentence.text for s in judgement.examination.statements}
    edits = []
    for one in judgement.rounds:
        for sentence in one.dropped:
            first = next(f for f in one.findings if f.sentence == sentence)
            edits.append(
                {
                    "sentence": sentence,
                    "action": "drop",
                    "check": first.rule_id,
                    "reason_code": first.rule_id.split(".")[0],
                    "before_sha256": sha256_hex(texts[sentence].encode()),
                }
            )
    return edits


def _coverage(judgement: Judgement) -> dict[str, int]:
    placed = set(placed_sentences(judgement.draft))
    clinical = [
        s
        for s in judgement.examination.statements
        if s.needs_citation and s.sentence.sentence_id in placed
    ]
    cited = sum(bool(s.sentence.citations) for s in clinical)
    removed = sum(len(one.dropped) for one in judgement.rounds)
    return {"clinical": len(clinical), "cited": cited, "resolved": cited, "removed": removed}


def make_decision(
    build: Callable[[int], Mapping[str, Any]],
    details: Mapping[str, Any],
    *,
    imprint: Imprint,
    digest: str,
    signer: Signer,
) -> Callable[[int], Decision]:
    """Return the function that turns a decision number into a signed decision."""

    def make(number: int) -> Decision:
        page = build(number)
        document = canonical(page)
        jws = signer.sign(document)
        record = _record(number, page, digest) | {
            "document_sha256": sha256_hex(document),
            "signature": jws,
            "key_id": signer.key_id,
            **details,
        }
        return Decision(
            number, imprint.question_id, imprint.version, digest, document, jws, canonical(record)
        )

    return make


def _record(number: int, page: Mapping[str, Any], digest: str) -> dict[str, Any]:
    """Say what was decided, by which policy, and which constants were shown."""
    guard = page["guard"]
    return {
        "schema": "caveat/decision/1",
        "decision_number": number,
        "decision_id": guard["decision_id"],
        "question_id": page["question_id"],
        "version": page["version"],
        "decided_at": guard["decided_at"],
        "answer_id": page["id"],
        "status": page["status"],
        "code": page["status_reason"],
        "verdict": guard["verdict"],
        "policy": guard["policy"],
        "disclaimers": [
            {"id": shown["id"], "version": shown["version"]}
            for shown in (*page["disclaimers"].values(), *page["notices"])
        ],
        "question_digest": digest,
        "trace_id": page["trace_id"],
    }


def details_of_draft(
    event: AnswerDrafted, judgement: Judgement, draft_bytes: bytes
) -> dict[str, Any]:
    """Say what a decision about a draft rests on: ids, digests and offsets, never text."""
    return {
        "composer": event.draft.composer,
        "corpus_version": event.evidence.corpus_version,
        "draft_sha256": sha256_hex(draft_bytes),
        "findings": [
            {
                "rule_id": f.rule_id,
                "severity": str(f.severity),
                "action": str(f.action),
                "sentence": f.sentence,
                "start": f.start,
                "end": f.end,
                "message": f.message,
            }
            for f in judgement.findings
        ],
        "rounds": [{"dropped": list(one.dropped)} for one in judgement.rounds],
        "citations": [
            {"sentence": s.sentence.sentence_id, "passage": citation.passage_id}
            for s in judgement.examination.statements
            for citation in s.sentence.citations
        ],
        "stage": "guard",
    }
