"""Sign the log whenever it has grown, so that every decision is provable within seconds."""

import logging

from caveat.chassis import metrics
from caveat.chassis.background import Regular
from caveat.errors import UpstreamUnavailable, VerificationFailed
from services.auditor.ports import DecisionLog, Now, Signer

log = logging.getLogger(__name__)

INTERVAL = 5.0  # seconds


class Checkpointer:
    """Adds a checkpoint every few seconds when there is something new, and one at the end."""

    def __init__(
        self, decision_log: DecisionLog, signer: Signer, now: Now, *, interval: float = INTERVAL
    ) -> None:
        self._log = decision_log
        self._signer = signer
        self._now = now
        self._work = Regular(self.sign, interval)

    async def start(self) -> None:
        """Begin with what was appended before a crash."""
        await self._work.start()

    async def stop(self) -> None:
        """Sign what is there, and stop."""
        await self._work.stop()
        if self._work.begun:
            await self.sign()

    async def sign(self) -> None:
        """Add a checkpoint if the log has grown. What prevents it is told, and waited for."""
        try:
            await self._log.add_checkpoint(self._signer, self._now())
        except UpstreamUnavailable as error:
            log.warning("no checkpoint was signed", extra={"error": str(error)})
        except VerificationFailed as error:
            metrics.audit_contradictions.inc()
            log.error("no checkpoint was signed", extra={"error": str(error)})
        await self._measure()

    async def _measure(self) -> None:
        try:
            standing = await self._log.standing()
        except UpstreamUnavailable:
            return  # told already, by whoever needs the store
        since = standing.uncovered_since
        behind = (self._now() - since).total_seconds() if since else 0.0
        metrics.audit_checkpoint_age.set(max(0.0, behind))
        metrics.audit_leaves.set(standing.size)
