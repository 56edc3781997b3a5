"""At least once: nothing is acknowledged before its output is durable, in any kind of death."""

import asyncio
import json
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.builders import a_question_id
from tests.integration.broker import Broker
from tests.integration.clients import PARTITIONS, key_of
from tests.integration.kit import SESSION_MS, StageUnderTest, until


async def test_takes_up_messages_that_waited_before_its_first_start(stage: StageUnderTest) -> None:
    keys = await stage.send(*[{}] * 40)

    await stage.start()

    assert await stage.outputs(keys) == Counter(keys)
    await stage.all_committed(40)


async def test_finds_topics_that_are_made_after_it_started(bare_stage: StageUnderTest) -> None:
    bare_stage.spawn()
    await asyncio.sleep(2)
    bare_stage.make_topics()

    keys = await bare_stage.send({}, {})

    assert await bare_stage.outputs(keys, seconds=20) == Counter(keys)


@pytest.mark.parametrize("kind", ["KafkaError", "OSError"])
async def test_repeats_a_send_that_failed(stage: StageUnderTest, kind: str) -> None:
    worker = await stage.start(worker_failing_sends=3, worker_failing_with=kind)

    keys = await stage.send(*[{}] * 20)

    assert await stage.outputs(keys) == Counter(keys)
    await stage.all_committed(20)
    await stage.buried(0)
    assert worker.log().count("a send failed and will be repeated") == 3
    assert worker.obstacles() == ()


async def test_repeats_a_send_whose_acknowledgement_was_lost(stage: StageUnderTest) -> None:
    await stage.start(worker_losing_acknowledgements=2)

    keys = await stage.send(*[{}] * 20)

    made = await stage.outputs(keys)
    assert set(made) == set(keys)
    assert made.total() <= 22
    await stage.all_committed(20)


async def test_acknowledges_no_input_before_its_output_is_durable(stage: StageUnderTest) -> None:
    doomed = await stage.start(worker_send_delay=60)
    keys = await stage.send(*[{}] * 20)
    await until(lambda: "caveat_" in doomed.metrics(), seconds=5, what=doomed.log)
    await asyncio.sleep(1.5)  # fifteen times the commit interval

    acknowledged = await stage.committed()
    doomed.kill()

    assert sum(acknowledged.values()) == 0
    await stage.start()
    assert await stage.outputs(keys) == Counter(keys)


async def test_keeps_a_slow_first_message_when_killed_after_faster_ones_finished(
    stage: StageUnderTest, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    doomed = await stage.start()
    [slow] = await stage.send({"hang_without": str(gate)}, partition=0)
    fast = await stage.send(*[{}] * 10, partition=0)
    assert await stage.outputs(fast) == Counter(fast)
    await asyncio.sleep(0.5)

    acknowledged = await stage.committed()
    doomed.kill()

    assert acknowledged[0] == 0
    gate.touch()
    await stage.start()
    made = await stage.outputs([slow, *fast])
    assert made[slow] == 1
    assert set(made) == {slow, *fast}


async def test_loses_nothing_when_killed_in_mid_window_and_is_back_at_once(
    stage: StageUnderTest,
) -> None:
    session = 30  # seconds; a member that had to wait for it would be seen to
    window = 8
    doomed = await stage.start(session_ms=session * 1000, worker_window=window)
    keys = await stage.send(*[{"sleep": 0.05}] * 400)
    await stage.kafka.read(stage.outlet, enough=lambda found: len(found) >= 100)

    doomed.kill()
    killed = time.monotonic()
    done = len(await stage.kafka.all(stage.outlet))
    assert done < 400
    await stage.start(session_ms=session * 1000, worker_window=window)
    await stage.kafka.read(stage.outlet, enough=lambda found: len(found) > done)

    assert time.monotonic() - killed < session / 2
    made = await stage.outputs(keys)
    assert set(made) == set(keys)
    # Durable but not yet acknowledged at the kill: at most a window for each partition, and
    # what the 0.1 s between two commits let through.
    assert made.total() - len(keys) <= 3 * window * PARTITIONS
    await stage.all_committed(400)


async def test_loses_and_repeats_nothing_when_a_second_worker_joins_and_leaves(
    stage: StageUnderTest,
) -> None:
    await stage.start("1")
    keys: list[str] = []
    enough = asyncio.Event()

    async def load() -> None:
        async with stage.kafka.producer() as producer:
            while not enough.is_set():
                key = a_question_id()
                keys.append(key)
                value = json.dumps({"sleep": 0.02, "n": len(keys)}).encode()
                await producer.send(stage.entry, value, key=key.encode())
                await asyncio.sleep(0.004)

    loading = asyncio.create_task(load())
    try:
        second = await stage.start("2")
        await until(lambda: _emitted(second.metrics(), stage) > 20, seconds=15, what=second.log)
        assert await second.terminate() == 0
        third = await stage.start("2")  # the same member comes back
        await until(lambda: _emitted(third.metrics(), stage) > 20, seconds=15, what=third.log)
        assert await third.terminate() == 0
        await asyncio.sleep(SESSION_MS / 1000 + 1)  # its session ends and the first takes all
    finally:
        enough.set()
        await loading

    made = await stage.outputs(keys)
    assert len(keys) > 500
    assert set(made) == set(keys)
    assert made.total() - len(keys) <= 2
    await stage.all_committed(len(keys))


def _emitted(metrics: str, stage: StageUnderTest) -> float:
    name = f'caveat_stage_events_total{{result="emitted",stage="{stage.name}"}} '
    return sum(float(line.split()[-1]) for line in metrics.splitlines() if line.startswith(name))


async def test_finishes_work_in_flight_on_sigterm_so_that_a_restart_repeats_nothing(
    stage: StageUnderTest,
) -> None:
    worker = await stage.start()
    keys = await stage.send(*[{"sleep": 1.5}] * 20)
    await asyncio.sleep(0.7)

    code = await worker.terminate(seconds=10)

    assert code == 0, worker.log()
    assert Counter(key_of(r) for r in await stage.kafka.all(stage.outlet)) == Counter(keys)
    assert sum((await stage.committed()).values()) == 20
    await stage.start()
    [later] = await stage.send({})
    assert await stage.outputs([later]) == Counter([*keys, later])


async def test_finishes_work_in_flight_on_sigterm_while_another_worker_joins(
    stage: StageUnderTest,
) -> None:
    leaving = await stage.start("1")
    keys = await stage.send(*[{"sleep": 4}] * 20)
    await asyncio.sleep(0.5)

    stopping = asyncio.create_task(leaving.terminate(seconds=20))
    await stage.start("2")
    code = await stopping

    assert code == 0, leaving.log()
    assert 'File "' not in leaving.log()  # nothing broke on the way
    assert await stage.outputs(keys) == Counter(keys)
    later = await stage.send(*[{}] * 20)
    await asyncio.sleep(SESSION_MS / 1000)  # the one that left is missed by the group
    assert await stage.outputs([*keys, *later]) == Counter([*keys, *later])


async def test_loses_nothing_when_the_broker_is_killed_and_comes_back(
    stage: StageUnderTest, broker: Broker
) -> None:
    worker = await stage.start()
    keys = await stage.send(*[{"sleep": 0.2}] * 400)
    await stage.kafka.read(stage.outlet, enough=lambda found: len(found) >= 100)

    with broker.away():
        await until(
            lambda: worker.obstacles() == ("waiting:kafka",),
            seconds=15,
            what=lambda: str(worker.obstacles()),
        )
        seen = set()
        for _ in range(40):  # it says so all the time, not now and then
            seen.add(worker.obstacles())
            await asyncio.sleep(0.05)

    made = await stage.outputs(keys)
    assert set(made) == set(keys)
    assert seen == {("waiting:kafka",)}
    [later] = await stage.send({})
    await stage.outputs([later])
    await worker.ready(10)
    await stage.all_committed(401, seconds=10)
    await stage.buried(0)
    assert worker.exit_code() is None


async def test_stops_in_time_while_the_broker_is_away(
    stage: StageUnderTest, broker: Broker
) -> None:
    worker = await stage.start()
    await stage.outputs(await stage.send(*[{}] * 20))
    await stage.send(*[{"sleep": 1, "quiet": True}] * 20)  # done, and not to be acknowledged
    keys = await stage.send(*[{"sleep": 1}] * 20)
    await asyncio.sleep(0.5)

    with broker.away():
        await worker.terminate(seconds=18)

    await stage.start()
    assert set(keys) <= set(await stage.outputs(keys))


async def test_starts_before_the_broker_and_stops_while_it_waits(
    stage: StageUnderTest, broker: Broker
) -> None:
    with broker.away():
        early, given_up = stage.spawn("1"), stage.spawn("2")
        await until(
            lambda: all("waiting:kafka" in each.obstacles() for each in (early, given_up)),
            seconds=15,
            what=stage.logs,
        )
        await given_up.terminate(seconds=10)

    await early.ready()
    keys = await stage.send({}, {})
    assert await stage.outputs(keys) == Counter(keys)


@pytest.mark.parametrize(("peer", "seconds"), [("guard", SESSION_MS / 1000 + 1), (None, 1)])
async def test_waits_for_a_peer_as_long_as_it_takes(
    stage: StageUnderTest, tmp_path: Path, peer: str | None, seconds: float
) -> None:
    gate = tmp_path / "gate"
    worker = await stage.start()
    told = {"wait_for": str(gate), "deadline": 0.5} | ({"peer": peer} if peer else {})
    keys = await stage.send(*[told] * 3, partition=0)
    others = await stage.send({}, {}, partition=0)
    obstacle = (f"waiting:{peer or 'transient'}",)
    await until(lambda: worker.obstacles() == obstacle, seconds=5, what=worker.log)

    seen = set()
    end = time.monotonic() + seconds  # once longer than a session
    while time.monotonic() < end:
        seen.add(worker.obstacles())
        await asyncio.sleep(0.05)

    assert seen == {obstacle}
    assert await stage.outputs(others) == Counter(others)  # the window is not one message wide
    gate.touch()
    assert await stage.outputs(keys) == Counter([*keys, *others])
    await worker.ready(5)
    await stage.buried(0)
    await stage.all_committed(5)
