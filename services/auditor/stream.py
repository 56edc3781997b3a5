"""Kafka edge of the auditor: a guarded answer in, and its decision in the log."""

from caveat.attestation import Verifier
from caveat.chassis import metrics
from caveat.chassis.stream import Done, Message, Outcome, event_of
from caveat.errors import VerificationFailed
from caveat.model import AnswerGuarded, DecisionRecord
from services.auditor.core import Entry, entry_of, entry_of_record
from services.auditor.sequence import Sequencer

WHERE = "auditor"


class Recorder:
    """Keeps the decision of every attested answer; each refusal is counted."""

    def __init__(self, verifier: Verifier, sequencer: Sequencer) -> None:
        self._verifier = verifier
        self._sequencer = sequencer
        metrics.from_zero(metrics.attestation_failures, [WHERE])

    async def on_guarded(self, message: Message) -> Outcome:
        """Keep one decision. Raises VerificationFailed for anything unattested or contradictory."""
        event = event_of(AnswerGuarded, message)
        try:
            self._verifier.verify_answer(event.document, event.jws)
            self._verifier.verify_decision(event.decision, event.decision_jws)
            entry = entry_of(event)
        except VerificationFailed:
            metrics.attestation_failures.labels(WHERE).inc()
            raise
        try:
            await self._sequencer.append(entry)
        except VerificationFailed:
            metrics.audit_contradictions.inc()
            raise
        return Done()


class Examiner:
    """Verifies decisions that come from the guard's store, where there is no document."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier

    def entry_of(self, record: DecisionRecord) -> Entry:
        """Hold a record to its signature. Raises VerificationFailed, MalformedEvent."""
        self._verifier.verify_decision(record.record, record.jws)
        return entry_of_record(record)
