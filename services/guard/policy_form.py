"""The form that a policy file must have, entry by entry, and the policy that it makes."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from caveat.model import Action, ConclusionCode, Severity
from services.guard.policy import Constant, Contact, Page, Policy, Rule, Step

_Text = Annotated[StrictStr, Field(min_length=1, pattern=r"\S")]
_Texts = Annotated[tuple[_Text, ...], Field(min_length=1)]
_Id = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ConstantForm(_Strict):
    """A disclaimer or a notice."""

    id: _Id
    version: Annotated[StrictInt, Field(ge=1)]
    text: _Text

    def value(self) -> Constant:
        """Make the value."""
        return Constant(self.id, self.version, self.text)


class _Examples(_Strict):
    fire: tuple[_Text, ...]
    passes: tuple[_Text, ...] = Field(alias="pass")


class RuleForm(_Strict):
    """A rule."""

    severity: Severity
    action: Action
    text: _Text
    reason: _Text
    reference: _Text
    examples: _Examples
    thresholds: dict[str, Annotated[StrictInt, Field(ge=1)]] = {}

    def value(self, rule_id: str) -> Rule:
        """Make the value."""
        return Rule(
            rule_id=rule_id,
            severity=self.severity,
            action=self.action,
            text=self.text,
            reason=self.reason,
            reference=self.reference,
            fires_on=self.examples.fire,
            passes=self.examples.passes,
            thresholds=self.thresholds,
        )


class _Contact(_Strict):
    region: Annotated[StrictStr, Field(pattern=r"^([A-Z]{2})?$")]
    label: _Text
    tel: Annotated[StrictStr, Field(pattern=r"^\+?\d{2,15}$")]


class _Step(_Strict):
    label: _Text
    href: Literal["/"] | None


class _Care(_Strict):
    level: Literal["emergency", "urgent", "non_urgent"]
    text: _Texts
    contacts: StrictStr


class _Page(_Strict):
    title: _Text
    headline: _Text
    explain: _Texts
    you_can: tuple[_Step, ...] = Field(min_length=1)
    gap: StrictStr = ""
    care: _Care | None = None

    def value(self, contacts: Mapping[str, tuple[_Contact, ...]]) -> Page:
        """Make the value."""
        care = self.care
        named = contacts[care.contacts] if care else ()
        return Page(
            title=self.title,
            headline=self.headline,
            explain=self.explain,
            you_can=tuple(Step(step.label, step.href) for step in self.you_can),
            gap=self.gap,
            care_level=care.level if care else "",
            care_text=care.text if care else (),
            contacts=tuple(Contact(c.label, c.tel, c.region) for c in named),
        )


class _Disclaimers(_Strict):
    top: ConstantForm
    closing: ConstantForm


class _Notices(_Strict):
    reframe: ConstantForm
    demonstration: ConstantForm


class PolicyForm(_Strict):
    """A whole file."""

    id: _Id
    version: Annotated[StrictStr, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,31}$")]
    audience: Literal["patient"]
    languages: frozenset[Annotated[StrictStr, Field(pattern=r"^[a-z]{2,3}$")]] = Field(min_length=1)
    publisher: _Text
    next_check_days: Annotated[StrictInt, Field(ge=1, le=3650)]
    minimum_clinical: Annotated[StrictInt, Field(ge=1)]
    disclaimers: _Disclaimers
    notices: _Notices
    headings: dict[Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,31}$")], _Text]
    navigation: tuple[re.Pattern[str], ...]
    rules: dict[str, RuleForm] = Field(min_length=1)
    contacts: dict[str, tuple[_Contact, ...]]
    pages: dict[ConclusionCode, _Page]

    def value(self, sha256: str) -> Policy:
        """Make the policy. Raises PolicyMisconfigured, and KeyError for contacts nobody lists."""
        return Policy(
            policy_id=self.id,
            version=self.version,
            sha256=sha256,
            audience=self.audience,
            languages=self.languages,
            publisher=self.publisher,
            next_check_days=self.next_check_days,
            minimum_clinical=self.minimum_clinical,
            top=self.disclaimers.top.value(),
            closing=self.disclaimers.closing.value(),
            reframe=self.notices.reframe.value(),
            demonstration=self.notices.demonstration.value(),
            headings=self.headings,
            navigation=tuple(pattern.pattern for pattern in self.navigation),
            rules={rule_id: rule.value(rule_id) for rule_id, rule in self.rules.items()},
            pages={code: page.value(self.contacts) for code, page in self.pages.items()},
        )
