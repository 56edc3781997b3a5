"""Hold answers to the guard's signature: when they arrive, and again before they are shown.

Whatever is refused is counted and logged with its ids, and nothing of it is.
"""

import logging
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from caveat import attestation
from caveat.attestation import Attested
from caveat.chassis import metrics
from caveat.errors import VerificationFailed
from caveat.model import AnswerPublished
from services.gateway.records import SignedAnswer

log = logging.getLogger(__name__)

WHERE = "gateway"

_REMEMBERED = 4096  # answers


class Attestor:
    """Opens what is signed by the guard for the very question, version and id it goes under."""

    def __init__(self, verifier: attestation.Verifier) -> None:
        self.verifier = verifier
        metrics.from_zero(metrics.attestation_failures, [WHERE])
        self._proved: OrderedDict[tuple[str | int, ...], str] = OrderedDict()
        self._under: Mapping[str, Any] = {}

    def open_arrived(self, event: AnswerPublished) -> Attested:
        """Open a record of answer.published. Raises VerificationFailed."""
        return self._open(event, key_id=None, sha256=None, where="arrived")

    def check_stored(self, answer: SignedAnswer) -> str:
        """Hold a stored answer, and what is told beside it, to its signature; name its decision.

        Raises VerificationFailed: somebody has written to the store. The very bytes that were
        proved under the keys of now need no second proof: it takes longer than all the rest.
        """
        if (keys := self.verifier.keys) is not self._under:
            self._proved.clear()
            self._under = keys
        proof = _fingerprint(answer)
        if proof in self._proved:
            self._proved.move_to_end(proof)
            return self._proved[proof]
        opened = self._open(answer, key_id=answer.key_id, sha256=answer.sha256, where="stored")
        self._proved[proof] = _decision_id(opened)
        if len(self._proved) > _REMEMBERED:
            self._proved.popitem(last=False)
        return self._proved[proof]

    def _open(
        self,
        claimed: AnswerPublished | SignedAnswer,
        *,
        key_id: str | None,
        sha256: str | None,
        where: str,
    ) -> Attested:
        try:
            attested = self.verifier.verify_answer(claimed.document, claimed.jws)
            found = attested.document
            names = (found.get("question_id"), found.get("version"), found.get("id"))
            named = (claimed.question_id, claimed.version, claimed.answer_id)
            if names != named or type(names[1]) is not int:  # True and 1.0 equal 1 too
                raise VerificationFailed("the document is not the one that it goes under")
            if key_id not in (None, attested.key_id):
                raise VerificationFailed("another key than the one that is told")
            if sha256 not in (None, attestation.sha256_hex(claimed.document)):
                raise VerificationFailed("another digest than the one that is told")
        except VerificationFailed:
            metrics.attestation_failures.labels(WHERE).inc()
            log.error(
                "refused an answer that does not verify",
                extra={
                    "question_id": claimed.question_id,
                    "version": claimed.version,
                    "where": where,
                },
            )
            raise
        return attested


def _decision_id(opened: Attested) -> str:
    guard = opened.document.get("guard")
    return str(guard.get("decision_id", "")) if isinstance(guard, dict) else ""


def _fingerprint(answer: SignedAnswer) -> tuple[str | int, ...]:
    """Name an answer by everything that is proved of it, without its bytes."""
    digest = attestation.sha256_hex(answer.document)
    names = (answer.question_id, answer.version, answer.answer_id, answer.key_id, answer.sha256)
    return (digest, answer.jws, *names)
