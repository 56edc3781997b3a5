"""Expose the lag of every group: `python -m caveat.chassis.observer`, beside the services.

It asks the broker as a user of its own that may see how far everyone is, and read nothing.
"""

import asyncio
import logging.config
import signal
import sys
from contextlib import suppress

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from caveat.authority import OBSERVER, readings
from caveat.chassis import logs, metrics
from caveat.chassis.background import Background
from caveat.chassis.lag import Lag, LagMeter
from caveat.chassis.probes import Probes
from caveat.chassis.readiness import Readiness
from caveat.chassis.settings import SharedSettings, load
from caveat.chassis.stream.access import Access, Troubles, access_of
from caveat.errors import StartupError, UpstreamUnavailable

log = logging.getLogger(__name__)

EX_UNAVAILABLE = 69
_DELAY = 2.0  # seconds between two attempts to reach the broker


class ObserverSettings(BaseSettings):
    """Every field is `CAVEAT_OBSERVER_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_OBSERVER_", frozen=True, extra="forbid")

    probe_port: int = Field(ge=1, le=65535, description="port of /livez, /readyz and /metrics")
    interval_s: float = Field(
        default=5.0, ge=1.0, le=60.0, description="seconds between two looks at the broker"
    )


class Observer:
    """Measures again and again, and shows nothing while it cannot: no number is not 0."""

    def __init__(self, access: Access, readiness: Readiness, *, interval: float) -> None:
        self._access = access
        self._readiness = readiness
        self._interval = interval
        self._troubles = Troubles(access)
        self._work = Background(self._observe_for_ever)

    async def start(self) -> None:
        """Begin to measure. It is ready after the first measurement."""
        self._readiness.starting("measuring")
        self._work.start()

    async def stop(self) -> None:
        """Stop measuring."""
        await self._work.stop()
        forget()

    async def _observe_for_ever(self) -> None:
        while True:
            try:
                await self._observe()
            except UpstreamUnavailable as error:
                forget()
                with self._readiness.waiting_for("kafka"):
                    cause = error.__cause__
                    await self._troubles.tell(cause if isinstance(cause, Exception) else error)
                    await asyncio.sleep(_DELAY)

    async def _observe(self) -> None:
        meter = LagMeter(self._access, readings())
        await meter.start()
        try:
            while True:
                for lag in await meter.measure():
                    show(lag)
                self._troubles.over()
                self._readiness.started("measuring")
                await asyncio.sleep(self._interval)
        finally:
            await meter.stop()


def show(lag: Lag) -> None:
    """Set the gauges of one group on one topic."""
    metrics.consumer_lag.labels(lag.group, lag.topic).set(lag.messages)
    metrics.lag_seconds.labels(lag.group, lag.topic).set(lag.seconds)


def forget() -> None:
    """Take the gauges away."""
    metrics.consumer_lag.clear()
    metrics.lag_seconds.clear()


async def observe(shared: SharedSettings, own: ObserverSettings) -> None:
    """Serve until SIGTERM or SIGINT. Raises StartupError."""
    readiness = Readiness(OBSERVER)
    registry = metrics.registry_of(OBSERVER)
    probes = Probes(shared.host, own.probe_port, readiness, registry)
    observer = Observer(access_of(shared), readiness, interval=own.interval_s)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await probes.start()
    await observer.start()
    await stopping.wait()
    await observer.stop()
    await probes.stop()


def main() -> None:
    """Run the observer. Exits 69 with one line when it cannot begin."""
    logging.config.dictConfig(logs.config(OBSERVER))
    with suppress(KeyboardInterrupt):
        try:
            asyncio.run(observe(load(SharedSettings), load(ObserverSettings)))
        except StartupError as error:
            sys.stderr.write(f"{OBSERVER} cannot start: {error}\n")
            sys.exit(EX_UNAVAILABLE)


if __name__ == "__main__":
    main()
