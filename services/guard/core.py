"""Turn findings into a verdict. Pure, and closed by default.

The verdict comes from our findings alone: never from the engine that ran the rules.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from caveat.errors import MalformedEvent
from caveat.model import Action, Block, Draft, Evidence, Finding, Item, Section, Verdict
from services.guard.examination import Examination, Hit, Report
from services.guard.policy import Policy
from services.guard.validators import FAMILIES, RULES_OF_FAMILY

CRASHED = "validator.crashed"
GOING = (Action.DROP, Action.REDRAFT)

# The page names the composer as the draft does, so a sentence must not fit in there.
_SENTENCE_ID = re.compile(r"s[1-9][0-9]{0,5}")
FALLBACK_REASONS = ("unreachable", "timeout", "refused", "unusable")
_COMPOSER = re.compile(r"[A-Za-z0-9._:/@+-]{0,80}")


@dataclass(frozen=True, slots=True)
class Edit:
    """What became of one sentence, and by which rule; digests, so that no text is kept."""

    sentence: str
    action: Action
    rule_id: str
    before_sha256: str
    after_sha256: str = ""  # of a redrafted sentence only


@dataclass(frozen=True, slots=True)
class FamilyRun:
    """Whether a family of checks ran to its end, and how long that took."""

    family: str
    ended: bool
    microseconds: int


@dataclass(frozen=True, slots=True)
class Round:
    """One judgement: what was found, which sentences go because of it, and every edit."""

    findings: tuple[Finding, ...]
    dropped: tuple[str, ...]
    edits: tuple[Edit, ...] = ()
    runs: tuple[FamilyRun, ...] = field(default=(), compare=False)

    @property
    def edited(self) -> bool:
        """Whether anything was taken out or exchanged, so that it must all be judged again."""
        return bool(self.dropped or self.edits)

    @property
    def redraftable(self) -> tuple[str, ...]:
        """The sentences that no finding drops for good."""
        gone = {f.sentence for f in self.findings if f.action is Action.DROP}
        return tuple(s for s in self.dropped if s not in gone)

    @property
    def refused(self) -> bool:
        """Whether a finding stops the whole answer: one that names no sentence drops none."""
        return any(
            f.action is Action.REFUSE or (f.action in GOING and not f.sentence)
            for f in self.findings
        )

    @property
    def crashed(self) -> bool:
        """Whether a check did not run to its end."""
        return any(f.rule_id == CRASHED for f in self.findings)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A draft's verdict, what is left of the draft, and everything behind it.

    `examination` is of what is left, and `first` of the draft as it came.
    """

    verdict: Verdict
    draft: Draft
    examination: Examination
    first: Examination
    rounds: tuple[Round, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every round."""
        return tuple(finding for one in self.rounds for finding in one.findings)

    def fate_of(self, sentence_id: str) -> str:
        """Say what became of a sentence of the draft."""
        if all(s.sentence_id != sentence_id for s in self.draft.sentences):
            return "dropped"
        exchanged = (e for one in self.rounds for e in one.edits if e.action is Action.REDRAFT)
        return "redrafted" if any(e.sentence == sentence_id for e in exchanged) else "kept"


def findings_of(hits: Iterable[Hit], policy: Policy) -> tuple[Finding, ...]:
    """Weigh hits by the policy."""
    return tuple(
        Finding(
            rule_id=hit.rule_id,
            severity=policy.rules[hit.rule_id].severity,
            action=policy.rules[hit.rule_id].action,
            sentence=hit.sentence,
            start=hit.start,
            end=hit.end,
            message=hit.message,
        )
        for hit in hits
    )


def run_families(examination: Examination) -> dict[str, tuple[Hit, ...]]:
    """Run every family directly, without the engine: for the command line and for parity."""
    return {name: tuple(check(examination)) for name, check in FAMILIES.items()}


def settle(hits: Mapping[str, tuple[Hit, ...]], policy: Policy) -> Round:
    """Turn what the families reported into a round. A family that is absent has crashed."""
    missing = [
        Hit(CRASHED, f"the {family} checks did not run to their end")
        for family in RULES_OF_FAMILY
        if family not in hits
    ]
    found = findings_of([*missing, *(hit for family in hits.values() for hit in family)], policy)
    dropped = {f.sentence for f in found if f.action in GOING and f.sentence}
    took = hits.microseconds if isinstance(hits, Report) else {}
    runs = (FamilyRun(name, name in hits, took.get(name, 0)) for name in RULES_OF_FAMILY)
    return Round(found, tuple(sorted(dropped, key=_rank)), runs=tuple(runs))


def verdict_of(rounds: Iterable[Round], *, enough: bool) -> Verdict:
    """Derive the verdict from all rounds; `enough` says whether what is left is an answer."""
    history = tuple(rounds)
    if any(r.crashed for r in history):
        return Verdict.FAILED
    if any(r.refused for r in history):
        return Verdict.REFUSE
    if not enough:
        return Verdict.INSUFFICIENT_EVIDENCE
    return Verdict.PASS_WITH_EDITS if any(r.edited for r in history) else Verdict.PASS


def without(draft: Draft, dropped: Iterable[str]) -> Draft:
    """Take sentences out of a draft, with everything that would stand empty or refer to them."""
    gone = frozenset(dropped)
    return replace(
        draft,
        sentences=tuple(s for s in draft.sentences if s.sentence_id not in gone),
        summary=tuple(s for s in draft.summary if s not in gone),
        sections=tuple(kept for s in draft.sections if (kept := _section(s, gone)).blocks),
        questions_to_ask=tuple(
            replace(q, because=tuple(b for b in q.because if b not in gone))
            for q in draft.questions_to_ask
            if q.sentence not in gone
        ),
        gaps=tuple(g for g in draft.gaps if g.sentence not in gone),
        glossary=tuple(s for s in draft.glossary if s not in gone),
    )


def _section(section: Section, gone: frozenset[str]) -> Section:
    blocks = (_block(block, gone) for block in section.blocks)
    return Section(section.kind, tuple(block for block in blocks if block.items))


def _block(block: Block, gone: frozenset[str]) -> Block:
    items = (Item(tuple(s for s in item.sentences if s not in gone)) for item in block.items)
    return Block(block.type, tuple(item for item in items if item.sentences))


def is_enough(draft: Draft, examination: Examination) -> bool:
    """Tell whether what is left answers anything: a summary, and enough cited sentences.

    What only explains a word answers nothing.
    """
    placed = set(body_sentences(draft))
    clinical = [
        s
        for s in examination.statements
        if s.needs_citation and s.sentence.sentence_id in placed and s.sentence.citations
    ]
    return (
        not placed.isdisjoint(draft.summary)
        and len(clinical) >= examination.policy.minimum_clinical
    )


def hold_together(draft: Draft, evidence: Evidence) -> None:
    """Check that ids are unique and that every id names something: a sentence, a source.

    Raises MalformedEvent: such a draft breaks its contract.
    """
    known = [s.sentence_id for s in draft.sentences]
    if not all(map(_SENTENCE_ID.fullmatch, known)):
        raise MalformedEvent("a sentence id of the draft is not s and a number")
    if len(set(known)) != len(known):
        raise MalformedEvent("a sentence id occurs twice in the draft")
    reasons = (b for q in draft.questions_to_ask for b in q.because)
    if unknown := {*placed_sentences(draft), *reasons} - set(known):
        raise MalformedEvent(f"the draft refers to {len(unknown)} sentences that it does not hold")
    if {passage.source_id for passage in evidence.citable} - {
        source.source_id for source in evidence.sources
    }:
        raise MalformedEvent("the evidence holds a passage without its source")
    _name_composers(draft)


def _name_composers(draft: Draft) -> None:
    """Composers are shown on the page, and nobody judges them as sentences."""
    named = [draft.composer, *([draft.fallback.composer] if draft.fallback else [])]
    if not all(map(_COMPOSER.fullmatch, named)):
        raise MalformedEvent("the composer's name is not a name")
    if draft.fallback and draft.fallback.reason not in FALLBACK_REASONS:
        raise MalformedEvent("the fallback has no known reason")


def placed_sentences(draft: Draft) -> tuple[str, ...]:
    """List the ids of the sentences that stand somewhere on the page, its glossary last."""
    return tuple(dict.fromkeys((*body_sentences(draft), *draft.glossary)))


def body_sentences(draft: Draft) -> tuple[str, ...]:
    """List the ids of the page's sentences in reading order, but for those that explain words."""
    sections = (
        sentence
        for section in draft.sections
        for block in section.blocks
        for item in block.items
        for sentence in item.sentences
    )
    order = (
        *draft.summary,
        *sections,
        *(gap.sentence for gap in draft.gaps),
        *(question.sentence for question in draft.questions_to_ask),
    )
    explaining = frozenset(draft.glossary)
    return tuple(s for s in dict.fromkeys(order) if s not in explaining)


def _rank(sentence_id: str) -> tuple[int, str]:
    digits = sentence_id.lstrip("s")
    return (int(digits) if digits.isdigit() else 0, sentence_id)
