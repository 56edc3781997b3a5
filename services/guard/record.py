"""What a decision rests on, as its record says it: ids, digests, numbers and offsets. Pure.

A record is kept for ever and shown to auditors, so it holds no word of a person. Whatever came
from outside and is no name becomes a digest.
"""

import re
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any

from caveat.attestation import sha256_hex
from caveat.model import Action, AnswerDrafted, DraftCitation, Finding, QuestionConcluded
from services.guard.core import Judgement, Round
from services.guard.validators import RULES_OF_FAMILY
from services.guard.validators.citation import fault_of

_SOFTWARE = f"caveat/{version('caveat')}"
_CHECK_VERSION = "1"
_FULL = 1000  # permille: a check lets nothing pass, so its threshold is all of the sentences

# As long as a name can be, and without a blank: nothing that a person wrote fits.
_NAME = re.compile(r"[A-Za-z0-9._:/@+-]{0,80}")


def account_of_draft(event: AnswerDrafted, judgement: Judgement, kept: bytes) -> dict[str, Any]:
    """Say what a decision about a draft rests on; `kept` is the salted draft as it is stored."""
    fallback = event.draft.fallback
    return {
        "stage": "guard",
        "software": _SOFTWARE,
        "composer": _named(event.draft.composer),
        "fallback": fallback
        and {"composer": _named(fallback.composer), "reason": _named(fallback.reason)},
        "corpus_version": _named(event.evidence.corpus_version),
        "checks": list(_checks(judgement)),
        "findings": list(_findings(judgement)),
        "rounds": [_round(one) for one in judgement.rounds],
        "citations": list(_citations(judgement)),
        "question_digest": _named(event.question.digest),
        "draft_digest": sha256_hex(kept),
    }


def account_of_conclusion(event: QuestionConcluded) -> dict[str, Any]:
    """Say what a decision about a question that ended early rests on: nothing was judged."""
    return {
        "stage": _named(event.stage),
        "software": _SOFTWARE,
        "composer": None,
        "fallback": None,
        "corpus_version": _named(event.corpus_version),
        "checks": [],
        "findings": [],
        "rounds": [],
        "citations": [],
        "question_digest": _named(event.digest),
        "draft_digest": None,
    }


def _named(text: str) -> str:
    return text if _NAME.fullmatch(text) else f"sha256:{sha256_hex(text.encode())}"


def _checks(judgement: Judgement) -> Iterator[dict[str, Any]]:
    """Report every rule over all rounds."""
    crashed = {run.family for one in judgement.rounds for run in one.runs if not run.ended}
    by_rule: dict[str, list[Finding]] = {}
    for finding in judgement.findings:
        by_rule.setdefault(finding.rule_id, []).append(finding)
    for family, rules in RULES_OF_FAMILY.items():
        for rule_id in rules:
            found = by_rule.get(rule_id, [])
            yield {
                "id": rule_id,
                "family": family,
                "version": _CHECK_VERSION,
                "outcome": "error" if family in crashed else _outcome(found),
                "score_permille": 0 if family in crashed else _score(found, judgement),
                "threshold_permille": _FULL,
            }


def _outcome(found: Sequence[Finding]) -> str:
    if not found:
        return "pass"
    return "warn" if all(f.action is Action.WARN for f in found) else "fail"


def _score(found: Sequence[Finding], judgement: Judgement) -> int:
    """Count the sentences that a check had nothing against; none, when it was the whole page."""
    met = {finding.sentence for finding in found}
    sentences = len(judgement.first.statements)
    if not met:
        return _FULL
    return 0 if "" in met else max(0, sentences - len(met)) * _FULL // (sentences or 1)


def _findings(judgement: Judgement) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(judgement.rounds, 1):
        for f in one.findings:
            yield {
                "round": number,
                "rule_id": f.rule_id,
                "severity": str(f.severity),
                "action": str(f.action),
                "sentence": _named(f.sentence),
                "start": f.start,
                "end": f.end,
                "message": f.message,
            }


def _round(one: Round) -> dict[str, Any]:
    return {
        "dropped": list(map(_named, one.dropped)),
        "edits": [
            {
                "sentence": _named(edit.sentence),
                "action": str(edit.action),
                "check": edit.rule_id,
                "before_sha256": edit.before_sha256,
                "after_sha256": edit.after_sha256 or None,
            }
            for edit in one.edits
        ],
        "families": [
            {"family": run.family, "ended": run.ended, "microseconds": run.microseconds}
            for run in one.runs
        ],
    }


def _citations(judgement: Judgement) -> Iterator[dict[str, Any]]:
    """Check every citation of the draft, and those that a redrafted sentence brought."""
    statements = (*judgement.first.statements, *judgement.examination.statements)
    given = (
        (s.sentence.sentence_id, citation) for s in statements for citation in s.sentence.citations
    )
    for sentence, citation in dict.fromkeys(given):
        yield {"sentence": _named(sentence), **_citation(citation, judgement)}


def _citation(citation: DraftCitation, judgement: Judgement) -> dict[str, Any]:
    stored = judgement.first.corpus.get(citation.passage_id)
    fault = fault_of(citation, judgement.first)
    return {
        "passage": _named(citation.passage_id),
        "passage_sha256": stored and sha256_hex(stored.text.encode()),
        "start": citation.quote.start,
        "end": citation.quote.end,
        "quote_found": fault is None,
        "check": fault[0] if fault else None,
    }
