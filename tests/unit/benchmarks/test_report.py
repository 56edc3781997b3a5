"""Reports of benchmarks: what holds, what is missed, and the table of the newest figures."""

from dataclasses import replace

import pytest

from benchmarks.command import README, kept_reports, renewed
from benchmarks.measuring import Estimate
from benchmarks.report import Figure, Report, figure_of, number, overview, table

STAMP = {
    "name": "latency", "measured_at": "2026-11-26T04:00:00Z", "commit": "0123abcd", "seconds": 60,
    "cores": 2, "memory_gb": 24, "python": "3.11", "system": "Linux", "load": 1.0,
    "load_after": 2.0,
}  # fmt: skip


def a_figure(value: float = 100.0, **told: object) -> Figure:
    fields = {"what": "p50", "unit": "ms", "baseline": "plain: 50 ms", "floor": 120, "aim": 40}
    return Figure(estimate=Estimate(value, value - 1, value + 1), **(fields | told))  # type: ignore[arg-type]


def a_report(*figures: Figure) -> Report:
    return Report("latency", "One question", "About it.", figures, plots={"Where": "<svg/>"})


@pytest.mark.parametrize(
    ("value", "more_is_better", "holds"),
    [(119, False, True), (120, False, True), (121, False, False), (121, True, True),
     (119, True, False)],
)  # fmt: skip
def test_a_floor_holds_on_its_better_side(value: float, more_is_better: bool, holds: bool) -> None:
    assert a_figure(value, more_is_better=more_is_better).holds is holds


def test_a_figure_without_a_floor_neither_holds_nor_fails() -> None:
    figure = a_figure(floor=None, aim=None)
    assert figure.holds is None
    assert figure.bound == "-"


def test_a_missed_floor_is_not_hidden() -> None:
    told = a_report(a_figure(121)).markdown(STAMP)
    assert "| p50 | 121 ms (120 to 122) | 120 ms, aim 40: **missed** | plain: 50 ms |" in told


def test_a_report_shows_its_plots_and_when_and_on_what_it_was_measured() -> None:
    told = a_report(a_figure()).markdown(STAMP)
    assert "![Where](latency.svg)" in told
    assert "commit 0123abcd" in told
    assert "load 1.0 before and 2.0 after" in told


def test_a_figure_is_read_back_as_it_was_written() -> None:
    figure = a_figure(99.5)
    assert figure_of(figure.plain()) == figure


def test_the_overview_has_every_figure_with_a_floor_and_no_other() -> None:
    report = a_report(a_figure(), a_figure(what="p99", floor=None, aim=None)).plain(STAMP)
    told = overview([report])
    assert "[latency](reports/latency.md) | p50" in told
    assert "p99" not in told


def test_the_overview_marks_what_was_disturbed() -> None:
    report = replace(a_report(a_figure()), disturbed=True).plain(STAMP)
    assert "100 ms (99.0 to 101) (disturbed)" in overview([report])


def test_the_readme_shows_the_figures_of_the_reports_that_are_there() -> None:
    assert README.read_text() == renewed(README.read_text(), kept_reports())


def test_renewing_leaves_what_stands_around_the_table() -> None:
    text = "before\n<!-- figures:begin -->\nold\n<!-- figures:end -->\nafter\n"
    told = renewed(text, [a_report(a_figure()).plain(STAMP)])
    assert told.startswith("before\n")
    assert told.endswith("after\n")
    assert "old" not in told
    assert "p50" in told


@pytest.mark.parametrize(
    ("value", "told"),
    [(0, "0"), (0.1234, "0.12"), (1.5, "1.50"), (12.34, "12.3"), (1234.5, "1,234")],
)
def test_a_number_has_three_digits_that_say_something(value: float, told: str) -> None:
    assert number(value) == told


def test_a_table_has_a_row_for_each_of_its_rows() -> None:
    assert table(("a", "b"), [("1", "2")]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"
