"""What one check came to."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from caveat.errors import CaveatError

# How our errors name a command that mends; "look with: …" only says more.
_MEND = re.compile(r"(?:mend|make|finish|add) (?:it|them) with: (caveat [a-z ]+[a-z])$")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One check; `mend` is a command, or what to do, when it is not ok."""

    check: str
    ok: bool
    found: str
    mend: str = ""


def sound(check: str, found: str) -> Diagnosis:
    """Say that all is well."""
    return Diagnosis(check, ok=True, found=found)


def ill(check: str, found: str, mend: str) -> Diagnosis:
    """Say what is wrong and what mends it."""
    return Diagnosis(check, ok=False, found=found, mend=mend)


def guarded(check: str, mend: str, look: Callable[[], Diagnosis]) -> Diagnosis:
    """Make a diagnosis of what a check raises; the mend that an error names goes first."""
    try:
        return look()
    except FileNotFoundError as error:
        return ill(check, f"{error.filename} is missing", mend)
    except (CaveatError, OSError) as error:
        named = _MEND.search(str(error))
        found = str(error)[: named.start()].rstrip("; ") if named else str(error)
        return ill(check, found, named[1] if named else mend)
