"""The guard from the command line: one JSON object in, one out; the same core, no engine."""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from caveat.errors import MalformedEvent
from caveat.model import Action, DraftCitation, DraftSentence, Finding, Passage, Quote
from services.guard.core import findings_of, run_families, settle
from services.guard.examination import Examination, state
from services.guard.policy import Policy
from services.guard.screening import screen

_KEYS = {"text", "passage", "quote", "question", "lang"}
_STOPPING = (Action.DROP, Action.REDRAFT, Action.REFUSE)


def check_line(line: str, policy: Policy) -> dict[str, Any]:
    """Judge one line. Raises MalformedEvent for anything but a known JSON object.

    `text` is judged as a sentence alone; with `passage`, and optionally `quote`, the citation
    rules run too; `question` is screened instead. Keys that are not known here are ignored only
    when they begin with "_", so that a label may travel along.
    """
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise MalformedEvent("not JSON") from error
    if not isinstance(given, dict):
        raise MalformedEvent("not a JSON object")
    if fault := _fault_in(given):
        raise MalformedEvent(fault)
    return _screened(given, policy) if "question" in given else _judged(given, policy)


def _fault_in(given: Mapping[str, Any]) -> str:
    """Say what is wrong with a line's keys and values; empty when nothing is."""
    unknown = sorted(k for k in given if k not in _KEYS and not k.startswith("_"))
    if unknown:
        # Escaped, since a key may hold what no terminal or encoding can show.
        return f"unknown key: {', '.join(map(ascii, unknown))[:200]}"
    if odd := next((k for k in sorted(_KEYS & given.keys()) if not isinstance(given[k], str)), ""):
        return f"{odd} is not a string"
    if ("text" in given) == ("question" in given):
        return "give either text or question"
    if "quote" in given and "passage" not in given:
        return "a quote needs its passage"
    if not str(given.get("text", given.get("question"))).strip():
        return "there is nothing to judge"
    return ""


def _screened(given: Mapping[str, str], policy: Policy) -> dict[str, Any]:
    screening = screen(given["question"], given.get("lang", ""), policy)
    findings = findings_of(screening.hits, policy)
    return {
        "disposition": str(screening.disposition),
        "findings": [_shown(finding) for finding in findings],
    }


def _judged(given: Mapping[str, str], policy: Policy) -> dict[str, Any]:
    examination = _examination(given, policy)
    findings = settle(run_families(examination), policy).findings
    return {
        "allowed": not any(finding.action in _STOPPING for finding in findings),
        "findings": [_shown(finding) for finding in findings],
    }


def _examination(given: Mapping[str, str], policy: Policy) -> Examination:
    if "passage" not in given:
        alone = DraftSentence("s1", given["text"])
        return Examination(policy, (state(alone, policy),), cited=False)
    text = unicodedata.normalize("NFC", given["passage"])
    passage = Passage("psg_given", "src_given", "", "", text, 0, "")
    exact = unicodedata.normalize("NFC", given.get("quote", text))
    start = max(0, text.find(exact))
    quote = Quote(exact, "", "", start, start + len(exact))
    cited = DraftSentence("s1", given["text"], (DraftCitation(passage.passage_id, quote),))
    by_id = {passage.passage_id: passage}
    return Examination(policy, (state(cited, policy),), by_id, by_id)


def _shown(finding: Finding) -> dict[str, Any]:
    return {
        "rule_id": finding.rule_id,
        "severity": str(finding.severity),
        "start": finding.start,
        "end": finding.end,
        "message": finding.message,
    }
