"""guardrails-ai as the engine of the rules: one validator a family, one call an answer.

guardrails never decides: its outcome is ignored, and so are its history and its telemetry. The
verdict comes from the findings that our families report here. docs/decisions/0008 says why.
"""

import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from caveat.chassis import metrics
from caveat.errors import CheckCrashed, DependencyMissing
from services.guard.examination import Examination, Hit, Report
from services.guard.policy import Policy
from services.guard.screening import Screening, screen
from services.guard.validators import FAMILIES, Family

log = logging.getLogger(__name__)

_SCREENING = "screening"
_RC = "id=caveat\nenable_metrics=false\nuse_remote_inferencing=false\n"


def silence(home: Path) -> None:
    """Switch guardrails' telemetry off. Must run before its first import.

    It reads `.guardrailsrc` from $HOME only, so the process gets a home of its own.
    """
    home.mkdir(parents=True, exist_ok=True)
    (home / ".guardrailsrc").write_text(_RC)
    os.environ["HOME"] = str(home)
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    # Half of the import time goes into a URI grammar that only validates schemas we do not use.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]


class GuardrailsEngine:
    """Runs the families inside an AsyncGuard. Make it once, in the running loop's process."""

    def __init__(self) -> None:
        from guardrails import AsyncGuard, settings

        settings.disable_tracing = True
        families = [_validator(name, _family(check)) for name, check in FAMILIES.items()]
        # guardrails keeps raw text in its history; one call is the least that it allows.
        self._answers = AsyncGuard(history_max_length=1).use(*families)
        self._questions = AsyncGuard(history_max_length=1).use(_validator(_SCREENING, _screened))

    async def warm_up(self, policy: Policy) -> None:
        """Run every check once. Raises DependencyMissing when one does not run to its end."""
        found = await self.run(Examination(policy, ()))
        if missing := sorted(set(FAMILIES) - set(found)):
            raise DependencyMissing(f"the engine does not run: {', '.join(missing)}")
        try:
            await self.screen("What is MDS?", "en", policy)
        except CheckCrashed as error:
            raise DependencyMissing("the engine does not run: screening") from error

    async def run(self, examination: Examination) -> Mapping[str, tuple[Hit, ...]]:
        """Return what each family found; a family that raised is absent."""
        return await _reported(self._answers, "engine", examination)

    async def screen(self, text: str, lang: str, policy: Policy) -> Screening:
        """Return what becomes of a question. Raises CheckCrashed: no screening is no answer."""
        found = await _reported(self._questions, "screening", (text, lang, policy))
        if _SCREENING not in found:
            raise CheckCrashed("the screening did not run to its end")
        return found[_SCREENING]  # type: ignore[no-any-return]


async def _reported(guard: Any, part: str, subject: object) -> Report:
    """Run one guardrails call and return what our checks reported, whatever it makes of that."""
    found, held = Report(), [subject]
    began = time.perf_counter()
    try:
        # guardrails keeps what it is given, so it gets no text, and a holder that is emptied.
        await guard.validate("-", metadata={"held": held, "found": found})
    except Exception as error:
        # Whatever the engine raises, the checks that did not report have crashed.
        log.error("the engine raised", extra={"error": type(error).__name__})
    held.clear()
    metrics.guard_seconds.labels(part).observe(time.perf_counter() - began)
    return found


def _family(check: Family) -> Callable[[Any], tuple[Hit, ...]]:
    return lambda examination: tuple(check(examination))


def _screened(subject: tuple[str, str, Policy]) -> Screening:
    return screen(*subject)


def _validator(name: str, check: Callable[[Any], Any]) -> Any:
    """Make a thin adapter: the rules are functions of ours, and this only reports for them."""
    from guardrails.validator_base import Validator, register_validator
    from guardrails_ai.types import PassResult

    @register_validator(name=f"caveat/{name}", data_type="string")
    class OurValidator(Validator):  # type: ignore[misc]
        async def async_validate(self, value: object, metadata: dict[str, Any]) -> Any:
            began = time.perf_counter_ns()
            metadata["found"][name] = check(*metadata["held"])
            metadata["found"].microseconds[name] = (time.perf_counter_ns() - began) // 1000
            return PassResult()  # what was found is judged by us, not by guardrails

    return OurValidator(on_fail="noop")
