"""The figures of benchmarks: percentiles, intervals, ratios, and who is measured when."""

import random
import statistics
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.measuring import (
    Busy,
    Estimate,
    difference,
    machine,
    median,
    percentile,
    ratio,
    turns,
)

VALUES = st.lists(st.floats(min_value=0.001, max_value=1e6), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("percent", "found"), [(1, 1), (50, 50), (95, 95), (99, 99), (99.5, 100), (100, 100)]
)
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(
    percent: float, found: float
) -> None:
    values = list(range(100, 0, -1))
    assert percentile(values, percent) == found


@given(VALUES, st.integers(min_value=1, max_value=100))
def test_a_percentile_is_one_of_the_values(values: list[float], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values)


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1.0], 0), ([1.0], 101)])
def test_there_is_no_percentile_of_nothing_or_outside_of_a_hundred(
    values: list[float], percent: float
) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, percent)


@given(VALUES)
def test_a_median_lies_within_its_interval(values: list[float]) -> None:
    found = median(values)
    assert found.low <= found.value <= found.high
    assert found.value == statistics.median(values)


# From the tables of the sign test: so many values are left out on either side at 95 %.
@pytest.mark.parametrize(
    ("count", "left_out"), [(1, 0), (5, 0), (6, 0), (8, 0), (9, 1), (12, 2), (20, 5), (100, 39)]
)
def test_an_interval_leaves_out_what_the_sign_test_allows(count: int, left_out: int) -> None:
    found = median(list(range(count)))
    assert (found.low, found.high) == (left_out, count - 1 - left_out)


def test_nineteen_of_twenty_intervals_hold_the_true_median() -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    held = 0
    for _ in range(400):
        found = median([chance.expovariate(1) for _ in range(25)])
        held += found.low <= 0.6931 <= found.high
    assert held >= 0.93 * 400


def test_a_ratio_compares_each_round_with_its_own_baseline() -> None:
    # The machine is ten times slower in the second round; both sides are.
    assert ratio([2, 20, 2], [1, 10, 1]).value == 2
    assert difference([2, 20, 2], [1, 10, 1]).value == 1


def test_a_ratio_of_series_that_do_not_match_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratio([1, 2], [1])


def test_everybody_is_measured_once_a_round_and_the_first_place_goes_round() -> None:
    order = list(turns("abc", 6))
    assert Counter(order) == Counter((number, name) for number in range(6) for name in "abc")
    firsts = Counter(order[start][1] for start in range(0, len(order), 3))
    assert firsts == {"a": 2, "b": 2, "c": 2}


def test_an_estimate_keeps_its_interval_in_another_unit() -> None:
    assert Estimate(2, 1, 3).scaled(1000) == Estimate(2000, 1000, 3000)


def test_what_others_use_is_never_less_than_nothing() -> None:
    busy = Busy(seconds=10, cores=2, all=15, ours=5)
    assert (busy.used, busy.others) == (0.75, 0.5)
    assert Busy(seconds=10, cores=2, all=5, ours=5.1).others == 0


def test_the_machine_is_described_and_not_named() -> None:
    assert set(machine()) == {"cores", "memory_gb", "python", "system", "load"}


def test_a_run_beside_busy_others_says_that_it_was_disturbed() -> None:
    quiet, loud = Busy(10, 2, all=12, ours=11), Busy(10, 2, all=20, ours=5)
    assert not quiet.disturbed
    assert "Disturbed" not in quiet.told
    assert loud.disturbed
    assert loud.told.startswith("**Disturbed.** Meanwhile the machine was 100 % busy; 75 %")
