"""What the observer shows, and that it shows nothing while the broker is away."""

import asyncio

import pytest

from caveat.chassis import metrics, observer
from caveat.chassis.lag import Lag
from caveat.chassis.observer import Observer
from caveat.chassis.readiness import Readiness
from caveat.chassis.stream.access import Access
from caveat.errors import UpstreamUnavailable

LAG = Lag("caveat-guard", "caveat.answer.drafted.v1", 2, 16.5)
NOWHERE = Access("127.0.0.1:1")


class FakeMeter:
    """Measures once for each lag that it is given, and is then without a broker."""

    def __init__(self, left: list[Lag]) -> None:
        self._left = left

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def measure(self) -> tuple[Lag, ...]:
        if not self._left:
            raise UpstreamUnavailable("kafka")
        return (self._left.pop(),)


def shown() -> list[tuple[str, float]]:
    gauges = (metrics.consumer_lag, metrics.lag_seconds)
    samples = (sample for gauge in gauges for sample in next(iter(gauge.collect())).samples)
    return [(sample.labels["group"], sample.value) for sample in samples]


async def watched(monkeypatch: pytest.MonkeyPatch, left: list[Lag]) -> tuple[Observer, Readiness]:
    monkeypatch.setattr(observer, "LagMeter", lambda access, readings: FakeMeter(left))
    readiness = Readiness("observer")
    watch = Observer(NOWHERE, readiness, interval=0.05)
    await watch.start()
    return watch, readiness


async def test_shows_lag_and_is_ready_after_the_first_measurement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch, readiness = await watched(monkeypatch, [LAG] * 1000)
    before = readiness.obstacles()
    while readiness.obstacles():  # noqa: ASYNC110 - there is nothing to wait on
        await asyncio.sleep(0)

    assert before == ("starting:measuring",)
    assert shown() == [("caveat-guard", 2.0), ("caveat-guard", 16.5)]
    await watch.stop()
    assert shown() == []


async def test_shows_no_number_while_the_broker_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    watch, readiness = await watched(monkeypatch, [LAG])
    while "waiting:kafka" not in readiness.obstacles():  # noqa: ASYNC110
        await asyncio.sleep(0.01)

    assert shown() == []
    await watch.stop()
