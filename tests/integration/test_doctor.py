"""What the doctor finds on a real broker, and that what it names mends it."""

import time
from collections.abc import Iterator

import pytest

from caveat.authority import ADMIN
from caveat.cli import topics as on_broker
from caveat.cli.access import admin_of, options
from caveat.cli.doctor import Diagnosis, broker, clock
from caveat.pipeline import ANSWER_DRAFTED, PROGRESS_MADE, dead_letter_topic
from tests.integration.broker import Broker


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker of its own with the topics, users and rights of the map."""
    from caveat.cli.rights import establish

    one = Broker(tmp_path_factory.mktemp("ruled"))
    try:
        one.start()
        establish(one.local)
        yield one
    finally:
        one.kill()


def diagnosed(ruled: Broker) -> dict[str, Diagnosis]:
    found = (*broker.checks(ruled.local), *clock.checks(ruled.local, frozenset()))
    return {one.check: one for one in found}


def apply_topics(ruled: Broker) -> tuple[str, ...]:
    """Do what `caveat topics apply` does."""
    from caveat.cli.rights import establish

    return establish(ruled.local).topics


def delete(ruled: Broker, topic: str) -> None:
    with admin_of(options(ruled.local, ADMIN)) as admin:
        admin.delete_topics([topic])
    while topic in on_broker.partitions(options(ruled.local, ADMIN)):
        time.sleep(0.05)


def make(ruled: Broker, topic: str, partitions: int) -> None:
    from kafka.admin import NewTopic

    with admin_of(options(ruled.local, ADMIN)) as admin:
        admin.create_topics([NewTopic(topic, partitions, 1)])
    while on_broker.partitions(options(ruled.local, ADMIN)).get(topic) != partitions:
        time.sleep(0.05)


def test_finds_records_that_come_from_a_clock_which_is_ahead(ruled: Broker) -> None:
    from kafka import KafkaProducer

    topic = dead_letter_topic("router")
    producer = KafkaProducer(**options(ruled.local, ADMIN))
    assert all(one.ok for one in diagnosed(ruled).values())
    for ahead in (-60, 0):
        at = int((time.time() + ahead) * 1000)
        producer.send(topic, value=b"x", timestamp_ms=at).get(timeout=10)
    assert diagnosed(ruled)["record times"].ok

    producer.send(topic, value=b"x", timestamp_ms=int((time.time() + 600) * 1000)).get(timeout=10)
    producer.close()

    looked = diagnosed(ruled)["record times"]
    assert (looked.ok, looked.found) == (False, f"records from the future are in {topic}")
    assert "timedatectl" in looked.mend


def test_a_broker_that_no_longer_knows_a_service_is_restarted(ruled: Broker) -> None:
    (ruled.local.passwords / "guard").write_text("another password")

    looked = diagnosed(ruled)
    assert looked["users"].found == "cannot sign in: guard"
    assert looked["users"].mend == "caveat down && caveat up"
    assert "topics" not in looked
    apply_topics(ruled)  # as `up` does

    assert diagnosed(ruled)["users"].ok


def test_finds_and_mends_topics_that_are_not_those_of_the_map(ruled: Broker) -> None:
    delete(ruled, PROGRESS_MADE)
    delete(ruled, ANSWER_DRAFTED)
    make(ruled, ANSWER_DRAFTED, 3)

    looked = diagnosed(ruled)["topics"]
    assert (looked.ok, looked.mend) == (False, "caveat topics apply")
    assert f"missing: {PROGRESS_MADE}" in looked.found
    assert f"{ANSWER_DRAFTED} (3 partitions, not 12)" in looked.found
    assert apply_topics(ruled) == (f"{ANSWER_DRAFTED} (3 partitions, now 12)", PROGRESS_MADE)
    assert diagnosed(ruled)["topics"].ok


def test_partitions_too_many_are_only_mended_by_a_new_broker(ruled: Broker) -> None:
    delete(ruled, ANSWER_DRAFTED)
    make(ruled, ANSWER_DRAFTED, 14)
    assert apply_topics(ruled) == ()  # no partition can be taken away
    looked = diagnosed(ruled)["topics"]
    folder = ruled.local.home / "kafka"
    assert looked.mend.startswith(f"caveat down && rm -r {folder} && caveat up")
