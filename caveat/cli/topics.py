"""Make the topics of the map on a broker, and look at them, with kafka-python."""

import contextlib
from collections.abc import Iterable, Mapping
from typing import Any

from caveat.cli.access import admin_of, described
from caveat.errors import UpstreamUnavailable
from caveat.pipeline import TopicSpec

EVENT_BYTES = 640 * 1024  # an event of 512 KiB and its headers
DEAD_LETTER_BYTES = 1_100_000  # whatever another topic has let in


def apply(
    connection: Mapping[str, Any], wanted: Iterable[TopicSpec], *, replicas: int = 1
) -> list[str]:
    """Create the topics that are missing, add partitions where some are, and say what was made.

    A topic with more partitions than the map wants stays as it is: none can be taken away.
    Raises UpstreamUnavailable.
    """
    wanted, made = tuple(wanted), []
    present = partitions(connection)
    with admin_of(connection) as admin:
        for spec in wanted:
            has = present.get(spec.name, 0)
            if not has:
                _create(admin, spec, replicas)
                made.append(spec.name)
            elif has < spec.partitions:
                admin.create_partitions({spec.name: spec.partitions})
                made.append(f"{spec.name} ({has} partitions, now {spec.partitions})")
    return made


def partitions(connection: Mapping[str, Any]) -> Mapping[str, int]:
    """Count the partitions of every topic on the broker. Raises UpstreamUnavailable."""
    with admin_of(connection) as admin:
        described = admin.describe_topics()
    return {str(topic["name"]): len(topic["partitions"]) for topic in described}


def newer_than(connection: Mapping[str, Any], moment: float) -> list[str]:
    """Name the topics with records of a later time than this one, in seconds since the epoch.

    Raises UpstreamUnavailable.
    """
    from kafka import KafkaConsumer, TopicPartition
    from kafka.errors import KafkaError

    try:
        with contextlib.closing(
            KafkaConsumer(**connection, client_id="caveat-doctor", enable_auto_commit=False)
        ) as consumer:
            asked = {
                TopicPartition(topic, number): int(moment * 1000)
                for topic in sorted(consumer.topics())
                if topic.startswith("caveat.")
                for number in consumer.partitions_for_topic(topic) or ()
            }
            found = consumer.offsets_for_times(asked) if asked else {}
    except KafkaError as error:
        raise UpstreamUnavailable("kafka", f"{described(connection)}: {error}") from error
    return sorted({partition.topic for partition, place in found.items() if place is not None})


def config_of(spec: TopicSpec) -> Mapping[str, int | str]:
    """Say how a topic is configured, in Kafka's words; in a cluster its operator makes it so."""
    return {
        "retention.ms": spec.retention_ms,
        "max.message.bytes": DEAD_LETTER_BYTES if "dead-letter" in spec.name else EVENT_BYTES,
        # The broker unpacks what producers compress: the limit then counts real bytes, and no
        # codec that a service lacks can stop it.
        "compression.type": "uncompressed",
    }


def _create(admin: Any, spec: TopicSpec, replicas: int) -> None:
    from kafka.admin import NewTopic
    from kafka.errors import TopicAlreadyExistsError

    topic = NewTopic(
        name=spec.name,
        num_partitions=spec.partitions,
        replication_factor=replicas,
        topic_configs={name: str(value) for name, value in config_of(spec).items()},
    )
    try:
        admin.create_topics([topic])
    except TopicAlreadyExistsError:
        return  # another `apply` was faster
