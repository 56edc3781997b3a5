"""Kafka edge of the auditor: a guarded answer in, and its decision in the log."""

from collections.abc import Callable
from datetime import datetime

from caveat.attestation import Verifier
from caveat.chassis import metrics
from caveat.chassis.stream import Done, Message, Outcome, event_of
from caveat.errors import VerificationFailed
from caveat.model import AnswerGuarded
from services.auditor.core import entry_of
from services.auditor.ports import DecisionLog

WHERE = "auditor"


class Recorder:
    """Keeps the decision of every attested answer; each refusal is counted."""

    def __init__(self, verifier: Verifier, log: DecisionLog, now: Callable[[], datetime]) -> None:
        self._verifier = verifier
        self._log = log
        self._now = now

    async def on_guarded(self, message: Message) -> Outcome:
        """Keep one decision. Raises VerificationFailed for anything unattested or contradictory."""
        event = event_of(AnswerGuarded, message)
        try:
            self._verifier.verify(event.document, event.jws)
            await self._log.append(entry_of(event), self._now())
        except VerificationFailed:
            metrics.attestation_failures.labels(WHERE).inc()
            raise
        return Done()
