"""A SQLite file of which any one page is damaged does not open, and says so in one line."""

from pathlib import Path

import pytest

from caveat.errors import DependencyMissing
from tests.unit.caveat.test_store import add, opened

PAGE = 4096


async def test_a_damaged_page_is_found_wherever_it_is(tmp_path: Path):
    path = tmp_path / "store.db"
    async with opened(f"sqlite:///{path}") as store:
        for number in range(200):
            await store.write(add(number, "x" * 200))
    whole = path.read_bytes()
    assert len(whole) > 8 * PAGE

    for start in range(0, len(whole), PAGE):
        path.write_bytes(whole[:start] + b"\xa5" * 2048 + whole[start + 2048 :])
        with pytest.raises(DependencyMissing) as refusal:
            async with opened(f"sqlite:///{path}"):
                pass
        assert str(path) in str(refusal.value)
        assert "\n" not in str(refusal.value)
    path.write_bytes(whole)
    async with opened(f"sqlite:///{path}"):
        pass
