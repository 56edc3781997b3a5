"""The rules, one module for each family, one function for each way to recognise a fault. Pure.

A family takes an `Examination` and yields hits; the policy decides what a hit does.
"""

from collections.abc import Callable, Iterable, Mapping

from services.guard.examination import Examination, Hit
from services.guard.validators import advice, citation, disclosure

Family = Callable[[Examination], Iterable[Hit]]

FAMILIES: Mapping[str, Family] = {
    "advice": advice.check,
    "citation": citation.check,
    "disclosure": disclosure.check,
}

RULES_OF_FAMILY: Mapping[str, tuple[str, ...]] = {
    "advice": advice.RULES,
    "citation": citation.RULES,
    "disclosure": disclosure.RULES,
}
