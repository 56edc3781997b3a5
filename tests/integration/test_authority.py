"""The grants of the map against a real broker: everything that anyone could try is tried."""

import asyncio
import time
from collections.abc import Iterator

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from caveat.authority import ADMIN, PRINCIPALS, Operation, Resource, grants, group_of
from caveat.cli.doctor import diagnoses
from caveat.pipeline import ANSWER_GUARDED, QUESTION_CONCLUDED, topics
from tests.integration.attempts import alterations, joinable, readable, writable
from tests.integration.broker import Broker
from tests.integration.kit import StageUnderTest, Worker, until

TOPICS = tuple(spec.name for spec in topics())
GROUPS = tuple(group_of(principal) for principal in PRINCIPALS)


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker of its own with the topics, users and rights of the map."""
    from caveat.cli.rights import establish

    broker = Broker(tmp_path_factory.mktemp("ruled"))
    try:
        broker.start()
        establish(broker.local)
        yield broker
    finally:
        broker.kill()


def granted(principal: str, operation: Operation, resource: Resource) -> set[str]:
    return {
        grant.name
        for grant in grants()
        if (grant.principal, grant.operation, grant.resource) == (principal, operation, resource)
    }


async def test_the_broker_grants_what_the_map_grants_and_nothing_else(ruled: Broker) -> None:
    began = time.monotonic()
    assert await writable(ruled.options(ADMIN), TOPICS) == set(TOPICS)  # so that each can be read

    async def tried(principal: str) -> dict[str, set[str]]:
        options = ruled.options(principal)
        return {
            "writes": await writable(options, TOPICS),
            "reads": await readable(options, TOPICS),
            "joins": await joinable(options, GROUPS),
        }

    found = dict(zip(PRINCIPALS, await asyncio.gather(*map(tried, PRINCIPALS)), strict=True))

    assert found == {
        principal: {
            "writes": granted(principal, Operation.WRITE, Resource.TOPIC),
            "reads": granted(principal, Operation.READ, Resource.TOPIC),
            "joins": granted(principal, Operation.READ, Resource.GROUP),
        }
        for principal in PRINCIPALS
    }
    assert time.monotonic() - began < 60


async def test_nobody_but_admin_makes_or_alters_anything(ruled: Broker) -> None:
    async def tried(principal: str) -> set[str]:
        return await asyncio.to_thread(alterations, ruled.options(principal), ANSWER_GUARDED)

    found = await asyncio.gather(*map(tried, PRINCIPALS))

    assert dict(zip(PRINCIPALS, found, strict=True)) == {name: set() for name in PRINCIPALS}


@pytest.mark.parametrize(
    "changes",
    [
        {"sasl_plain_password": "guess"},
        {"sasl_plain_username": "nobody"},
        {"sasl_mechanism": "PLAIN"},  # which knows the broker's own user alone
        {"security_protocol": "PLAINTEXT"},
    ],
    ids=["wrong password", "unknown user", "password in clear", "anonymous"],
)
async def test_refuses_whoever_does_not_sign_in_rightly(
    ruled: Broker, changes: dict[str, str]
) -> None:
    options = ruled.options("guard") | changes
    producer = AIOKafkaProducer(**options, request_timeout_ms=3000)

    with pytest.raises(KafkaError):
        await producer.start()
    await producer.stop()


def test_establishing_again_changes_nothing(ruled: Broker) -> None:
    from caveat.cli.rights import establish

    assert not establish(ruled.local).any


def test_takes_away_what_the_map_does_not_grant_and_gives_what_is_missing(ruled: Broker) -> None:
    from caveat.cli.rights import establish

    own = [grant for grant in grants() if grant.principal == "renderer"]
    lost = next(grant for grant in own if grant.operation is Operation.WRITE)
    wrong = type(lost)("renderer", Operation.WRITE, Resource.TOPIC, ANSWER_GUARDED)
    ruled.grant("renderer", {*own, wrong} - {lost})
    stranger = type(lost)("stranger", Operation.READ, Resource.TOPIC, ANSWER_GUARDED)
    ruled.grant("stranger", [stranger])

    diagnosis = next(each for each in diagnoses(ruled.local) if each.check == "rights")
    changes = establish(ruled.local)

    assert not diagnosis.ok
    assert diagnosis.mend == "caveat topics apply"
    assert f"missing: renderer: write topic {lost.name}" in diagnosis.found
    assert f"too much: renderer: write topic {ANSWER_GUARDED}" in diagnosis.found
    assert changes.granted == (f"renderer: write topic {lost.name}",)
    assert changes.withdrawn == (f"renderer: write topic {ANSWER_GUARDED}",)
    ruled.grant("stranger", [stranger])  # it was left alone: nothing to give again
    assert not establish(ruled.local).any


def test_a_password_that_was_lost_is_made_anew(ruled: Broker) -> None:
    from caveat.cli.rights import establish

    path = ruled.local.passwords / "client"
    path.unlink()
    diagnosis = next(each for each in diagnoses(ruled.local) if each.check == "users")
    assert (diagnosis.ok, diagnosis.found) == (False, "cannot sign in: client")

    establish(ruled.local)

    assert path.stat().st_mode & 0o777 == 0o600
    assert next(each for each in diagnoses(ruled.local) if each.check == "users").ok


# --- what a service does when it is refused ---


async def shows(worker: Worker, obstacle: str) -> None:
    await until(
        lambda: obstacle in worker.obstacles(), seconds=20, what=lambda: str(worker.obstacles())
    )


@pytest.mark.parametrize("right", ["read", "write", "group"])
async def test_a_right_that_is_withdrawn_makes_a_stage_wait_and_loses_nothing(
    stage: StageUnderTest, right: str
) -> None:
    worker = await stage.start()
    before = await stage.send({}, {})
    await stage.outputs(before)
    name = {"read": stage.entry, "write": stage.outlet, "group": group_of(stage.name)}[right]

    stage.broker.grant(stage.name, {g for g in stage.grants if g.name != name})
    during = await stage.send({}, {})
    await shows(worker, "waiting:kafka")
    await asyncio.sleep(6)
    assert worker.exit_code() is None
    assert "waiting:kafka" in worker.obstacles()
    refusals = [line for line in worker.log().splitlines() if "kafka refused a right" in line]
    assert 1 <= len(refusals) <= 2, worker.log()  # reading finds it refused, and so does looking
    assert all(name in line and f"user={stage.name}" in line for line in refusals)

    stage.broker.grant(stage.name, stage.grants)
    made = await stage.outputs([*before, *during])
    assert set(made) == {*before, *during}
    await stage.buried(0)
    assert [r for r in await stage.kafka.all(QUESTION_CONCLUDED) if r.key.decode() in during] == []
    await worker.ready()


async def test_a_wrong_password_makes_a_service_wait_and_is_not_told(
    stage: StageUnderTest,
) -> None:
    path = stage.home / "guess"
    path.write_text("not-the-password")

    worker = stage.spawn(kafka_password_file=path)
    await shows(worker, "waiting:kafka")
    await asyncio.sleep(4)

    assert worker.exit_code() is None
    assert worker.log().count("kafka refused the user's password") == 1, worker.log()
    assert f"user={stage.name}" in worker.log()
    assert "not-the-password" not in worker.log()


async def test_a_password_that_changes_while_a_service_runs_makes_it_wait(
    stage: StageUnderTest,
) -> None:
    worker = await stage.start()
    path = stage.broker.local.passwords / stage.name
    known = path.read_text()
    path.write_text("another")
    stage.broker.admit(stage.name, stage.grants)

    with stage.broker.away():
        await asyncio.sleep(1)
    await shows(worker, "waiting:kafka")
    await until(
        lambda: "kafka refused the user's password" in worker.log(), seconds=20, what=worker.log
    )
    keys = await stage.send({}, {})
    path.write_text(known)
    stage.broker.admit(stage.name, stage.grants)

    assert set(await stage.outputs(keys, seconds=40)) == set(keys)
    await stage.buried(0)
