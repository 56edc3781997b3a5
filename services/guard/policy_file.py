"""Read a written policy from YAML. One with a fault, or that fails its own examples, does not load.

`caveat policy lint` and `test` show what this module finds; the guard starts only when it finds
nothing.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from caveat.errors import DependencyMissing, PolicyMisconfigured
from caveat.model import ConclusionCode, Disposition, DraftSentence
from services.guard.examination import Examination, state
from services.guard.policy import Policy
from services.guard.policy_form import PolicyForm
from services.guard.policy_source import Fault, Source, Unreadable
from services.guard.policy_words import words_of
from services.guard.publication import faults_of_fixed_pages
from services.guard.screening import THRESHOLDS, screen
from services.guard.validators import FAMILIES, RULES_OF_FAMILY, THRESHOLDS_OF_RULE

SCREENING_RULES = {
    "safety.crisis": Disposition.CRISIS,
    "safety.emergency": Disposition.EMERGENCY,
    "safety.harmful": Disposition.HARMFUL,
    "scope.out": Disposition.OUT_OF_SCOPE,
    "injection.question": Disposition.INJECTION,
    "language.unsupported": Disposition.LANGUAGE,
}
KNOWN_RULES = frozenset(
    (
        *SCREENING_RULES,
        "validator.crashed",
        *(r for rules in RULES_OF_FAMILY.values() for r in rules),
    )
)


# The other rules read more than one text: passages, the page, the language of a question.
_TRIED_ALONE = frozenset(
    (
        *RULES_OF_FAMILY["advice"],
        *RULES_OF_FAMILY["privacy"],
        "injection.output",
        "form.shouting",
        "form.first_person",
        "form.long_sentence",
        *SCREENING_RULES,
    )
) - {"language.unsupported"}


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a rule, and whether it was met as the policy wants it."""

    rule_id: str
    line: int
    text: str
    wanted: bool
    fired: bool

    @property
    def failed(self) -> bool:
        """Whether the rule does something else than the policy says."""
        return self.fired is not self.wanted

    @property
    def fault(self) -> Fault:
        """Say what a failed example shows."""
        kind = "fire" if self.wanted else "pass"
        verb = "does not fire on" if self.wanted else "fires on"
        message = f"{self.rule_id} {verb}: {self.text}"
        return Fault(self.line, f"rules.{self.rule_id}.examples.{kind}", message)


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A file that was read: its policy when there is one, its faults, and where its lines are."""

    path: Path
    source: Source | None
    policy: Policy | None
    faults: tuple[Fault, ...]
    has_form: bool = False  # every entry is of its kind, whatever the code makes of it

    @property
    def written(self) -> dict[str, Any]:
        """The file's entries as it says them."""
        return self.source.value if self.source and isinstance(self.source.value, dict) else {}

    @property
    def all_faults(self) -> tuple[Fault, ...]:
        """Everything for which it does not load: its own faults, and examples that fail."""
        return (*self.faults, *(e.fault for e in self.examples() if e.failed))

    def examples(self) -> Iterator[Example]:
        """Try every example of every rule, in the order of the file's rules."""
        if self.policy is None or self.source is None:
            return
        for rule in self.policy.rules.values():
            for kind, texts in (("fire", rule.fires_on), ("pass", rule.passes)):
                for index, text in enumerate(texts):
                    line = self.source.line_of(("rules", rule.rule_id, "examples", kind, index))
                    fired = _fires(rule.rule_id, text, self.policy)
                    yield Example(rule.rule_id, line, text, kind == "fire", fired)


def read_policy(path: Path) -> PolicyFile:
    """Read a file and find its faults. Raises DependencyMissing when it cannot be read at all."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DependencyMissing(f"the policy {path} cannot be read: {error.strerror}") from error
    return policy_of(content, path)


def policy_of(content: bytes, path: Path, patterns: frozenset[str] | None = None) -> PolicyFile:
    """Find the faults of a policy that has been read or sent.

    Where `patterns` are given, it may have no others: none is run that is not known.
    """
    try:
        source = Source(content)
    except Unreadable as error:
        return PolicyFile(path, None, None, (error.fault,))
    faults = [*source.doubled(), *_unknown_or_missing(source)]
    policy, has_form = None, False
    try:
        form = PolicyForm.model_validate(source.value)
        has_form = True
        faults += _dangling(source, form)
        if patterns is not None:
            faults += _unknown_patterns(source, form, patterns)
        policy = None if faults else form.value(hashlib.sha256(content).hexdigest())
    except ValidationError as error:
        faults += _form_faults(source, error)
    if policy is not None:
        faults = [
            source.fault(("pages", str(code)), f"the page for {region or 'no region'}: {fault}")
            for code, region, fault in faults_of_fixed_pages(policy)
        ]
    return PolicyFile(path, source, policy, tuple(sorted(set(faults))), has_form)


def load_policy(path: Path) -> Policy:
    """Read, check and try a policy. Raises PolicyMisconfigured with one line that says where."""
    try:
        return sound_policy(read_policy(path))
    except DependencyMissing as error:
        raise PolicyMisconfigured(str(error)) from error


def sound_policy(read: PolicyFile) -> Policy:
    """Return the policy of a file without a fault. Raises PolicyMisconfigured."""
    path = read.path
    if faults := read.all_faults:
        more = f" (and {len(faults) - 1} more; see caveat policy lint)" if len(faults) > 1 else ""
        raise PolicyMisconfigured(f"the policy {path}, {faults[0]}{more}")
    if read.policy is None:
        raise PolicyMisconfigured(f"the policy {path} says nothing")
    return read.policy


def _unknown_or_missing(source: Source) -> Iterator[Fault]:
    """Hold rules and pages to what the code knows, whatever else is wrong with the file."""
    written = source.value if isinstance(source.value, dict) else {}
    if isinstance(rules := written.get("rules"), dict) and rules:
        for rule in sorted(set(map(str, rules)) - KNOWN_RULES):
            yield source.fault(("rules", rule), "no such rule is known")
        for rule in sorted(KNOWN_RULES - set(rules)):
            yield source.fault(("rules",), f"says nothing of the rule {rule}")
        for rule in sorted(KNOWN_RULES & set(rules)):
            yield from _thresholds(source, rule, rules[rule])
            yield from _examples(source, rule, rules[rule])
    if isinstance(pages := written.get("pages"), dict):
        for code in sorted(set(ConclusionCode) - set(pages)):
            yield source.fault(("pages",), f"there is no page for {code}")


def _thresholds(source: Source, rule_id: str, rule: Any) -> Iterator[Fault]:
    """A rule has exactly the thresholds that its code asks for."""
    wanted = frozenset({**THRESHOLDS_OF_RULE, **THRESHOLDS}.get(rule_id, ()))
    given = rule.get("thresholds", {}) if isinstance(rule, dict) else {}
    given = given if isinstance(given, dict) else {}
    for name in sorted(wanted - set(given)):
        yield source.fault(("rules", rule_id), f"the threshold {name} is not set")
    for name in sorted(set(map(str, given)) - wanted):
        yield source.fault(("rules", rule_id, "thresholds", name), "the rule has no such threshold")


def _examples(source: Source, rule_id: str, rule: Any) -> Iterator[Fault]:
    """A rule that judges one text alone is held to examples of both kinds."""
    given = rule.get("examples") if isinstance(rule, dict) else None
    if rule_id not in _TRIED_ALONE or not isinstance(given, dict):
        return
    for kind, verb in (("fire", "fires on"), ("pass", "lets pass")):
        if given.get(kind) == []:
            place = ("rules", rule_id, "examples", kind)
            yield source.fault(place, f"has no example of what it {verb}")


def _dangling(source: Source, form: PolicyForm) -> Iterator[Fault]:
    """Find names that name nothing, and ids that name two things."""
    for code, page in form.pages.items():
        if page.care and page.care.contacts not in form.contacts:
            named = ("pages", str(code), "care", "contacts")
            yield source.fault(named, f"there are no contacts named {page.care.contacts}")
        elif page.care and not any(not c.region for c in form.contacts[page.care.contacts]):
            listed = ("contacts", page.care.contacts)
            yield source.fault(listed, "there is no contact for readers of an unknown region")
    seen: dict[str, str] = {}
    for group, constants in (("disclaimers", form.disclaimers), ("notices", form.notices)):
        for name, constant in constants:
            if constant.id in seen:
                yield source.fault(
                    (group, name, "id"), f"{constant.id} is the id of {seen[constant.id]} too"
                )
            seen[constant.id] = f"{group}.{name}"


def _unknown_patterns(source: Source, form: PolicyForm, known: frozenset[str]) -> Iterator[Fault]:
    for index, pattern in enumerate(form.navigation):
        if pattern.pattern not in known:
            message = "is a pattern that the guard has not loaded, and none is run on trial"
            yield source.fault(("navigation", index), message)


def _form_faults(source: Source, error: ValidationError) -> Iterator[Fault]:
    for fault in error.errors(include_url=False, include_input=False):
        place = tuple(step for step in fault["loc"] if step != "[key]")
        yield source.fault(place, words_of(fault))


def _fires(rule_id: str, text: str, policy: Policy) -> bool:
    if rule_id in SCREENING_RULES:
        return any(hit.rule_id == rule_id for hit in screen(text, "en", policy).hits)
    examination = Examination(
        policy=policy, statements=(state(DraftSentence("s1", text), policy),), cited=False
    )
    return any(hit.rule_id == rule_id for check in FAMILIES.values() for hit in check(examination))
