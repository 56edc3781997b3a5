"""Plots are small SVG files with units and floors, and the same figures draw the same file."""

import xml.etree.ElementTree as ElementTree

import pytest

from benchmarks import plots
from benchmarks.measuring import Estimate

DRAWN = {
    "stacked": lambda: plots.stacked({"a": {"x": 1.0, "y": 2.0}}, unit="ms", floor=5, aim=2),
    "intervals": lambda: plots.intervals({"a": Estimate(1.0, 0.5, 2.0)}, unit="ms", floor=5),
    "bars": lambda: plots.bars({"a": 1.0, "b": 2.0}, unit="ms", floor=5),
    "distribution": lambda: plots.distribution({"a": [1.0, 2.0]}, unit="ms", floor=5),
    "curve": lambda: plots.curve(
        {"p99": [(1.0, 0.2), (2.0, 0.4)]}, across="questions/s", unit="ms", floor=5, floor_across=8
    ),
}


@pytest.mark.parametrize("kind", DRAWN)
def test_a_plot_is_small_svg_with_its_unit_and_floor(kind: str) -> None:
    svg = DRAWN[kind]()
    assert ElementTree.fromstring(svg).tag.endswith("svg")  # noqa: S314 - our own
    assert "floor 5 ms" in svg
    assert len(svg) < 40_000


def test_the_same_figures_draw_the_same_file() -> None:
    assert DRAWN["stacked"]() == DRAWN["stacked"]()


def test_a_plot_has_no_background_of_its_own() -> None:
    assert "#ffffff" not in DRAWN["bars"]()
