"""Make the topics of the map on a broker, and look at them, with kafka-python."""

from collections.abc import Iterable, Mapping
from typing import Any

from caveat.cli.access import admin_of
from caveat.pipeline import TopicSpec

EVENT_BYTES = 640 * 1024  # an event of 512 KiB and its headers
DEAD_LETTER_BYTES = 1_100_000  # whatever another topic has let in


def apply(
    connection: Mapping[str, Any], wanted: Iterable[TopicSpec], *, replicas: int = 1
) -> list[str]:
    """Create the topics that are missing and return their names. Raises UpstreamUnavailable."""
    with admin_of(connection) as admin:
        present = set(admin.list_topics())
        missing = [spec for spec in wanted if spec.name not in present]
        for spec in missing:
            _create(admin, spec, replicas)
    return [spec.name for spec in missing]


def partitions(connection: Mapping[str, Any]) -> Mapping[str, int]:
    """Count the partitions of every topic on the broker. Raises UpstreamUnavailable."""
    with admin_of(connection) as admin:
        described = admin.describe_topics()
    return {str(topic["name"]): len(topic["partitions"]) for topic in described}


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
