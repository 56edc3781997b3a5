"""The written policy as values. Pure; policy_file.py reads it from YAML.

A policy with no rules, or without a rule that the code knows, is no policy: see `Policy`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from caveat.errors import PolicyMisconfigured
from caveat.model import Action, ConclusionCode, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """What the policy says about one rule; the code says how it is recognised."""

    rule_id: str
    severity: Severity
    action: Action
    text: str
    reason: str
    reference: str
    fires_on: tuple[str, ...]
    passes: tuple[str, ...]
    thresholds: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Constant:
    """A text that is shown as it is, with an id and a version of its own."""

    id: str
    version: int
    text: str

    def shown(self) -> dict[str, Any]:
        """Show the constant as a document holds it."""
        return {"id": self.id, "version": self.version, "text": self.text}


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call; `region` is an ISO 3166-1 alpha-2 code, "EU", or empty for everywhere."""

    label: str
    tel: str
    region: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a reader can do instead."""

    label: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """The fixed page of one conclusion."""

    title: str
    headline: str
    explain: tuple[str, ...]
    you_can: tuple[Step, ...]
    gap: str = ""  # shown with the kinds of sources that were searched
    care_level: str = ""
    care_text: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A fixed set of rules, disclaimers, notices and pages. Raises PolicyMisconfigured."""

    policy_id: str
    version: str
    sha256: str
    audience: str
    languages: frozenset[str]
    publisher: str
    next_check_days: int
    minimum_clinical: int
    top: Constant
    closing: Constant
    reframe: Constant
    demonstration: Constant
    headings: Mapping[str, str]
    navigation: tuple[str, ...]
    rules: Mapping[str, Rule]
    pages: Mapping[ConclusionCode, Page]

    def __post_init__(self) -> None:
        # No rules would mean no objections, and so a release of anything at all.
        if not self.rules:
            raise PolicyMisconfigured("a policy needs at least one rule")
        missing = sorted(set(ConclusionCode) - set(self.pages))
        if missing:
            raise PolicyMisconfigured(f"the policy has no page for: {', '.join(missing)}")

    def threshold(self, rule_id: str, name: str) -> int:
        """Return a number that the policy sets for one of its rules."""
        return self.rules[rule_id].thresholds[name]

    def contacts_for(self, page: Page, region: str) -> tuple[Contact, ...]:
        """Choose the contacts of a region, or the general ones where it is unknown.

        A member of the EU has its own contacts and those of the EU, and no number twice.
        """
        of_region = [c for c in page.contacts if region and c.region == region]
        of_union = [c for c in page.contacts if c.region == "EU" and region in EU]
        chosen = {c.tel: c for c in reversed([*of_region, *of_union])}
        ordered = tuple(c for c in page.contacts if chosen.get(c.tel) is c)
        return ordered or tuple(c for c in page.contacts if not c.region)


EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "EL",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
