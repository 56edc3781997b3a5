import math
from datetime import timedelta

from caveat.chassis import metrics
from services.gateway.backlog import BacklogWatch
from tests.unit.gateway.fakes import NOON, QUESTION_ID, FakeStore, a_reservation


def shown() -> tuple[float, float]:
    return (
        float(metrics.questions_unfinished._value.get()),
        float(metrics.oldest_unfinished._value.get()),
    )


async def test_shows_how_long_the_oldest_question_has_waited() -> None:
    store = FakeStore()
    watch = BacklogWatch(store, lambda: NOON + timedelta(seconds=40))
    await store.reserve(a_reservation())
    await store.accept(QUESTION_ID, NOON)

    await watch.look()

    assert shown() == (1, 40)


async def test_shows_0_when_nothing_waits() -> None:
    await BacklogWatch(FakeStore(), lambda: NOON).look()

    assert shown() == (0, 0)


async def test_shows_no_number_while_the_store_is_away() -> None:
    store = FakeStore()
    store.world.away = True

    await BacklogWatch(store, lambda: NOON).look()

    assert all(map(math.isnan, shown()))
