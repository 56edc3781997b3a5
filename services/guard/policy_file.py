"""Read a written policy from YAML. A policy that does not hold its own examples does not load."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from caveat.errors import PolicyMisconfigured
from caveat.model import Action, ConclusionCode, Disposition, DraftSentence, Severity
from services.guard.examination import Examination, state
from services.guard.policy import Constant, Contact, Page, Policy, Rule, Step
from services.guard.screening import screen
from services.guard.validators import FAMILIES, RULES_OF_FAMILY

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


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Constant(_Strict):
    id: str
    version: int = Field(ge=1)
    text: str = Field(min_length=1)

    def value(self) -> Constant:
        return Constant(self.id, self.version, self.text)


class _Examples(_Strict):
    fire: tuple[str, ...]
    passes: tuple[str, ...] = Field(alias="pass")


class _Rule(_Strict):
    severity: Severity
    action: Action
    text: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    reference: str = Field(min_length=1)
    examples: _Examples

    def value(self, rule_id: str) -> Rule:
        return Rule(
            rule_id, self.severity, self.action, self.text, self.reason, self.reference,
            self.examples.fire, self.examples.passes,
        )  # fmt: skip


class _Contact(_Strict):
    region: str = Field(pattern=r"^([A-Z]{2})?$")
    label: str
    tel: str = Field(pattern=r"^\+?\d+$")


class _Step(_Strict):
    label: str
    href: Literal["/"] | None


class _Care(_Strict):
    level: Literal["emergency", "urgent", "non_urgent"]
    text: tuple[str, ...] = Field(min_length=1)
    contacts: str


class _Page(_Strict):
    title: str
    headline: str
    explain: tuple[str, ...] = Field(min_length=1)
    you_can: tuple[_Step, ...] = Field(min_length=1)
    gap: str = ""
    care: _Care | None = None

    def value(self, contacts: Mapping[str, tuple[_Contact, ...]]) -> Page:
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


class _File(_Strict):
    id: str
    version: str
    audience: Literal["patient"]
    languages: frozenset[str] = Field(min_length=1)
    publisher: str
    next_check_days: int = Field(ge=1)
    minimum_clinical: int = Field(ge=1)
    disclaimers: dict[Literal["top", "closing"], _Constant]
    notices: dict[Literal["reframe", "demonstration"], _Constant]
    headings: dict[str, str]
    navigation: tuple[re.Pattern[str], ...]
    rules: dict[str, _Rule]
    contacts: dict[str, tuple[_Contact, ...]]
    pages: dict[ConclusionCode, _Page]


def load_policy(path: Path) -> Policy:
    """Read, check and try a policy. Raises PolicyMisconfigured with one line that says where."""
    try:
        content = path.read_bytes()
        read = _File.model_validate(yaml.safe_load(content))
        policy = _policy_of(read, hashlib.sha256(content).hexdigest())
    except OSError as error:
        raise PolicyMisconfigured(f"the policy {path} cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        line = " ".join(str(error).split())
        raise PolicyMisconfigured(f"the policy {path} is not YAML: {line}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise PolicyMisconfigured(f"the policy {path}: {where}: {first['msg']}") from error
    except KeyError as error:
        raise PolicyMisconfigured(f"the policy {path} lacks {error}") from error
    except PolicyMisconfigured as error:
        raise PolicyMisconfigured(f"the policy {path}: {error}") from error
    _hold_to_its_code(path, policy)
    _hold_to_its_examples(path, policy)
    return policy


def _policy_of(read: _File, sha256: str) -> Policy:
    return Policy(
        policy_id=read.id,
        version=read.version,
        sha256=sha256,
        audience=read.audience,
        languages=read.languages,
        publisher=read.publisher,
        next_check_days=read.next_check_days,
        minimum_clinical=read.minimum_clinical,
        top=read.disclaimers["top"].value(),
        closing=read.disclaimers["closing"].value(),
        reframe=read.notices["reframe"].value(),
        demonstration=read.notices["demonstration"].value(),
        headings=read.headings,
        navigation=tuple(pattern.pattern for pattern in read.navigation),
        rules={rule_id: rule.value(rule_id) for rule_id, rule in read.rules.items()},
        pages={code: page.value(read.contacts) for code, page in read.pages.items()},
    )


def _hold_to_its_code(path: Path, policy: Policy) -> None:
    if unknown := sorted(set(policy.rules) - KNOWN_RULES):
        raise PolicyMisconfigured(f"the policy {path} names unknown rules: {', '.join(unknown)}")
    if missing := sorted(KNOWN_RULES - set(policy.rules)):
        raise PolicyMisconfigured(f"the policy {path} says nothing of: {', '.join(missing)}")


def _hold_to_its_examples(path: Path, policy: Policy) -> None:
    for rule in policy.rules.values():
        for text, wanted in (
            *((example, True) for example in rule.fires_on),
            *((example, False) for example in rule.passes),
        ):
            if _fires(rule.rule_id, text, policy) is not wanted:
                fault = "does not fire on" if wanted else "fires on"
                raise PolicyMisconfigured(f"the policy {path}: {rule.rule_id} {fault}: {text}")


def _fires(rule_id: str, text: str, policy: Policy) -> bool:
    if rule_id in SCREENING_RULES:
        return any(hit.rule_id == rule_id for hit in screen(text, "en", policy).hits)
    examination = Examination(
        policy=policy, statements=(state(DraftSentence("s1", text), policy),), cited=False
    )
    hits: list[Any] = [hit for check in FAMILIES.values() for hit in check(examination)]
    return any(hit.rule_id == rule_id for hit in hits)
