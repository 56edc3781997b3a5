"""Whether a service can do its work now, and what it waits for."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from caveat.chassis import metrics


class Readiness:
    """Collects the parts that are still starting and the peers that are away."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._starting: set[str] = set()
        self._waiting: Counter[str] = Counter()
        # Everyone may come to wait for it; other peers show once they were waited for.
        metrics.from_zero(metrics.stage_waiting, [service], ["kafka"])

    def starting(self, part: str) -> None:
        """Say that a part has begun to start."""
        self._starting.add(part)

    def started(self, part: str) -> None:
        """Say that a part is up."""
        self._starting.discard(part)

    @contextmanager
    def waiting_for(self, peer: str) -> Iterator[None]:
        """Count one piece of work that waits for a peer while the block runs."""
        gauge = metrics.stage_waiting.labels(self._service, peer)
        self._waiting[peer] += 1
        gauge.inc()
        try:
            yield
        finally:
            self._waiting[peer] -= 1
            gauge.dec()

    def obstacles(self) -> tuple[str, ...]:
        """List why the service is not ready, for example `waiting:guard`; empty means ready."""
        starting = (f"starting:{part}" for part in sorted(self._starting))
        waiting = (f"waiting:{peer}" for peer, count in sorted(self._waiting.items()) if count)
        return (*starting, *waiting)
