import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest

from caveat.chassis.metrics import registry_of
from caveat.chassis.probes import Probes
from caveat.chassis.readiness import Readiness
from caveat.errors import DependencyMissing


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """Probes on a real port, and a client of them."""

    def __init__(self) -> None:
        self.readiness = Readiness("scribe-3")
        self.port = a_free_port()
        self.probes = Probes("127.0.0.1", self.port, self.readiness, registry_of("scribe-3"))

    async def get(self, path: str) -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.port}/{path}") as reply,
        ):
            return reply.status, await reply.text()


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    served = Served()
    await served.probes.start()
    yield served
    await served.probes.stop()


async def test_is_ready_when_nothing_is_in_the_way(served: Served) -> None:
    assert await served.get("readyz") == (200, '{"ready": true, "obstacles": []}')


async def test_is_live_and_not_ready_while_it_waits(served: Served) -> None:
    with served.readiness.waiting_for("guard"):
        assert await served.get("livez") == (200, '{"live": true}')
        assert await served.get("readyz") == (
            503,
            '{"ready": false, "obstacles": ["waiting:guard"]}',
        )

    assert (await served.get("readyz"))[0] == 200


async def test_shows_the_metrics(served: Served) -> None:
    with served.readiness.waiting_for("guard"):
        status, text = await served.get("metrics")

    assert status == 200
    assert 'caveat_stage_waiting_messages{peer="guard",stage="scribe-3"} 1.0' in text


async def test_shows_nobody_else_s_metrics(served: Served) -> None:
    _, text = await served.get("metrics")

    assert "caveat_stage_seconds" in text
    assert "process_resident_memory_bytes" in text
    assert "caveat_audit_log_leaves" not in text


async def test_a_port_that_is_taken_is_a_missing_dependency(served: Served) -> None:
    second = Probes("127.0.0.1", served.port, Readiness("scribe-4"), registry_of("scribe-4"))

    with pytest.raises(DependencyMissing, match=f"127.0.0.1:{served.port} is taken"):
        await second.start()
    await second.stop()
