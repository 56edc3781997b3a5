from pathlib import Path
from typing import Any

import pytest

from caveat.chassis.readiness import Readiness
from caveat.chassis.run import Chassis
from caveat.chassis.settings import SharedSettings, load
from caveat.errors import StartupError
from caveat.pipeline import STAGE
from services.router.__main__ import assemble
from services.router.settings import RouterSettings

ENVIRONMENT = {
    "CAVEAT_ROUTER_GRPC_PORT": "21001",
    "CAVEAT_ROUTER_PROBE_PORT": "21002",
    "CAVEAT_ROUTER_GUARD": "127.0.0.1:21003",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


async def test_serves_the_stage_and_one_servicer(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    unused: Any = None  # the router never touches them
    chassis = Chassis(
        "router",
        SharedSettings(home=tmp_path),
        Readiness("router"),
        access=unused,
        producer=unused,
    )

    edges = await assemble(load(RouterSettings), chassis)

    assert set(edges.handlers) == set(STAGE["router"].consumes)
    assert [s.full_name for s in edges.servicers] == ["caveat.v1.RouterService"]
    [guard] = chassis.peers
    await guard.close()


def test_a_missing_setting_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("CAVEAT_ROUTER_GUARD")

    with pytest.raises(StartupError, match="CAVEAT_ROUTER_GUARD"):
        load(RouterSettings)


def test_an_unknown_setting_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CAVEAT_ROUTER_GAURD", "x")

    with pytest.raises(StartupError, match="CAVEAT_ROUTER_GAURD"):
        load(RouterSettings)
