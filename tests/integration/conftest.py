"""One real broker a session; one stage with topics of its own a test."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.broker import Broker
from tests.integration.kit import StageUnderTest

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Start Kafka. A missing program is an error that says how to mend it, never a skip."""
    running = Broker(tmp_path_factory.mktemp("kafka"))
    try:
        running.start()
        yield running
    finally:
        running.kill()


@pytest.fixture
def bare_stage(broker: Broker, tmp_path: Path) -> Iterator[StageUnderTest]:
    """Name a stage whose topics do not exist yet."""
    stage = StageUnderTest(f"t{os.getpid()}-{next(_numbers)}", broker, tmp_path)
    broker.admit(stage.name, stage.grants)
    try:
        yield stage
    finally:
        stage.end()


@pytest.fixture
def stage(bare_stage: StageUnderTest) -> StageUnderTest:
    """Make a stage with its topics."""
    bare_stage.make_topics()
    return bare_stage
