"""The gateway that the tests of its HTTP edge ask."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.gateway.builders import Gateway


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    made = Gateway()
    async with made.client:
        yield made
