from pathlib import Path
from typing import Any

import pytest

from caveat.chassis.readiness import Readiness
from caveat.chassis.run import Chassis
from caveat.chassis.settings import SharedSettings, load
from caveat.pipeline import STAGE
from services.generator.__main__ import assemble
from services.generator.settings import GeneratorSettings


async def test_serves_the_stage_and_one_servicer_and_calls_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CAVEAT_GENERATOR_GRPC_PORT", "21001")
    monkeypatch.setenv("CAVEAT_GENERATOR_PROBE_PORT", "21002")
    producer: Any = None  # the generator never touches it
    chassis = Chassis("generator", SharedSettings(home=tmp_path), Readiness("generator"), producer)

    edges = await assemble(load(GeneratorSettings), chassis)

    assert set(edges.handlers) == set(STAGE["generator"].consumes)
    assert [s.full_name for s in edges.servicers] == ["caveat.v1.GeneratorService"]
    assert chassis.peers == []
