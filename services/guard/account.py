"""The document's account of its own judgement: its `guard` part. Pure."""

from typing import Any

from caveat.model import Action, Finding, Verdict
from services.guard.core import Judgement, placed_sentences
from services.guard.document import Imprint, moment
from services.guard.policy import Policy
from services.guard.validators import RULES_OF_FAMILY

_CHECK_VERSION = "1"
_NOTHING = dict.fromkeys(("clinical", "cited", "resolved", "removed"), 0)


def guard_part(
    number: int, verdict: Verdict, policy: Policy, imprint: Imprint, judgement: Judgement | None
) -> dict[str, Any]:
    """Say what was decided, by which policy, and what became of each sentence."""
    return {
        "decision_id": f"dec_{number}",
        "verdict": str(verdict),
        "policy": {"id": policy.policy_id, "version": policy.version, "sha256": policy.sha256},
        "checks": _checks(judgement) if judgement else [],
        "edits": _edits(judgement) if judgement else [],
        "coverage": _coverage(judgement) if judgement else _NOTHING,
        "decided_at": moment(imprint.decided_at),
    }


def _checks(judgement: Judgement) -> list[dict[str, Any]]:
    """Report the last round: it judged exactly the sentences on the page."""
    last = judgement.rounds[-1]
    by_rule: dict[str, list[Finding]] = {}
    for finding in last.findings:
        by_rule.setdefault(finding.rule_id, []).append(finding)
    return [
        {
            "id": rule,
            "version": _CHECK_VERSION,
            "outcome": _outcome(by_rule.get(rule, [])),
            "subjects": [f.sentence for f in by_rule.get(rule, []) if f.sentence],
            "by": "CODE",
        }
        for rules in RULES_OF_FAMILY.values()
        for rule in rules
    ]


def _outcome(findings: list[Finding]) -> str:
    if not findings:
        return "pass"
    return "warn" if all(f.action is Action.WARN for f in findings) else "fail"


def _edits(judgement: Judgement) -> list[dict[str, Any]]:
    """List every edit of every round, in their order."""
    edits = []
    for edit in (edit for one in judgement.rounds for edit in one.edits):
        shown = {
            "sentence": edit.sentence,
            "action": str(edit.action),
            "check": edit.rule_id,
            "reason_code": edit.rule_id.split(".")[0],
            "before_sha256": edit.before_sha256,
        }
        if edit.action is Action.REDRAFT:
            shown["after_sha256"] = edit.after_sha256
        edits.append(shown)
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
