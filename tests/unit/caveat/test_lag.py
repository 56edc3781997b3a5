"""The time of a record, found without reading it."""

from bisect import bisect_left
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from caveat.chassis.lag import TimeOf

HOUR = 3_600_000
GAPS = st.lists(st.integers(min_value=0, max_value=HOUR), min_size=1, max_size=60)


def asked(times: list[int], offset: int, now: int) -> tuple[int, int]:
    """Ask a log, as a broker would, and return the answer and how many rounds it took."""
    search, rounds = TimeOf(offset, now), 0
    while (question := search.question) is not None:
        found = bisect_left(times, question)
        if found < len(times):
            search.learn(question, found, times[found])
        else:
            search.learn(question, None, 0)
        rounds += 1
    return search.answer, rounds


@given(GAPS, st.data())
def test_finds_the_time_of_any_record_to_a_hundredth_of_its_age(
    gaps: list[int], data: st.DataObject
):
    times = [1_700_000_000_000 + at for at in accumulate(gaps)]
    now = times[-1] + data.draw(st.integers(min_value=0, max_value=HOUR))
    offset = data.draw(st.integers(min_value=0, max_value=len(times) - 1))

    found, rounds = asked(times, offset, now)

    age = now - times[offset]
    assert 0 <= times[offset] - found <= max(100, (now - found) / 100)
    assert found <= times[offset] or age == 0
    assert rounds <= 20


def test_a_record_alone_in_its_log_is_found_exactly_and_at_once():
    assert asked([5_000], 0, 5_500) == (5_000, 1)


def test_a_log_without_the_record_ends_the_search_too():
    _, rounds = asked([], 3, 1_700_000_000_000)

    assert rounds < 40


def test_a_record_of_a_clock_ahead_of_ours_is_not_older_than_now():
    found, _ = asked([9_000_000], 0, 8_000_000)

    assert found == 9_000_000
