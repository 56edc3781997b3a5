"""The rules, one module for each family, one function for each way to recognise a fault. Pure.

A family takes an `Examination` and yields hits; the policy decides what a hit does.
"""

from collections.abc import Callable, Iterable, Mapping

from services.guard.examination import Examination, Hit
from services.guard.validators import (
    advice,
    citation,
    disclosure,
    form,
    injection,
    language,
    privacy,
    provenance,
)

Family = Callable[[Examination], Iterable[Hit]]

FAMILIES: Mapping[str, Family] = {
    "advice": advice.check,
    "citation": citation.check,
    "disclosure": disclosure.check,
    "form": form.check,
    "injection": injection.check,
    "language": language.check,
    "privacy": privacy.check,
}

RULES_OF_FAMILY: Mapping[str, tuple[str, ...]] = {
    "advice": advice.RULES,
    "citation": citation.RULES,
    "disclosure": disclosure.RULES,
    "form": form.RULES,
    "injection": injection.RULES,
    "language": language.RULES,
    "privacy": privacy.RULES,
}

# The numbers that a policy must set, by rule; no other rule takes any.
THRESHOLDS_OF_RULE: Mapping[str, tuple[str, ...]] = {
    **advice.THRESHOLDS_OF_RULE,
    **form.THRESHOLDS_OF_RULE,
    provenance.RULES[0]: provenance.THRESHOLDS,
}
