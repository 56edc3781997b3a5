"""guardrails-ai as the engine of the rules: one validator a family, one call an answer.

guardrails never decides: its outcome is ignored, and so are its history and its telemetry. The
verdict comes from the findings that our families report here. docs/decisions/0008 says why.
"""

import logging
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from caveat.chassis import metrics
from services.guard.examination import Examination, Hit
from services.guard.validators import FAMILIES

log = logging.getLogger(__name__)

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
        validators = [_validator(family)(on_fail="noop") for family in FAMILIES]
        # guardrails keeps raw text in its history; one call is the least that it allows.
        self._guard = AsyncGuard(history_max_length=1).use(*validators)

    async def run(self, examination: Examination) -> Mapping[str, tuple[Hit, ...]]:
        """Return what each family found; a family that raised is absent."""
        found: dict[str, tuple[Hit, ...]] = {}
        text = "\n".join(s.sentence.text for s in examination.statements) or "-"
        began = time.perf_counter()
        try:
            await self._guard.validate(text, metadata={"examination": examination, "found": found})
        except Exception as error:
            # Whatever the engine raises, the families that did not report have crashed.
            log.error("the engine raised", extra={"error": type(error).__name__})
        metrics.guard_seconds.labels("engine").observe(time.perf_counter() - began)
        return found


def _validator(family: str) -> type[Any]:
    from guardrails.validator_base import Validator, register_validator
    from guardrails_ai.types import FailResult, PassResult

    check = FAMILIES[family]

    @register_validator(name=f"caveat/{family}", data_type="string")
    class FamilyValidator(Validator):  # type: ignore[misc]
        """A thin adapter: the rules are functions of ours, and this only reports for them."""

        async def async_validate(self, value: object, metadata: dict[str, Any]) -> Any:
            hits = tuple(check(metadata["examination"]))
            metadata["found"][family] = hits
            return FailResult(error_message=family) if hits else PassResult()

    return FamilyValidator
