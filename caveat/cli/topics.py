"""Make the topics of the map on a broker, and look at them, with kafka-python."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from caveat.errors import UpstreamUnavailable
from caveat.pipeline import TopicSpec

EVENT_BYTES = 640 * 1024  # an event of 512 KiB and its headers
DEAD_LETTER_BYTES = 1_100_000  # whatever another topic has let in

_BOOTSTRAP_MS = 5_000


def apply(bootstrap: str, wanted: Iterable[TopicSpec], *, replicas: int = 1) -> list[str]:
    """Create the topics that are missing and return their names. Raises UpstreamUnavailable."""
    with _admin(bootstrap) as admin:
        present = set(admin.list_topics())
        missing = [spec for spec in wanted if spec.name not in present]
        for spec in missing:
            _create(admin, spec, replicas)
    return [spec.name for spec in missing]


def apply_patiently(bootstrap: str, wanted: Iterable[TopicSpec], *, seconds: float) -> list[str]:
    """Apply to a broker that may still be starting. Raises UpstreamUnavailable in the end."""
    topics, deadline = tuple(wanted), time.monotonic() + seconds
    while True:
        try:
            return apply(bootstrap, topics)
        except UpstreamUnavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def partitions(bootstrap: str) -> Mapping[str, int]:
    """Count the partitions of every topic on the broker. Raises UpstreamUnavailable."""
    with _admin(bootstrap) as admin:
        described = admin.describe_topics()
    return {str(topic["name"]): len(topic["partitions"]) for topic in described}


@contextmanager
def _admin(bootstrap: str) -> Iterator[Any]:
    admin = None
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=bootstrap,
            client_id="caveat-topics",
            bootstrap_timeout_ms=_BOOTSTRAP_MS,
        )
        yield admin
    except KafkaError as error:
        raise UpstreamUnavailable("kafka", f"{bootstrap}: {error}") from error
    finally:
        if admin is not None:
            admin.close()


def _create(admin: Any, spec: TopicSpec, replicas: int) -> None:
    limit = DEAD_LETTER_BYTES if "dead-letter" in spec.name else EVENT_BYTES
    topic = NewTopic(
        name=spec.name,
        num_partitions=spec.partitions,
        replication_factor=replicas,
        topic_configs={
            "retention.ms": str(spec.retention_ms),
            "max.message.bytes": str(limit),
            # The broker unpacks what producers compress: the limit then counts real bytes, and no
            # codec that a service lacks can stop it.
            "compression.type": "uncompressed",
        },
    )
    try:
        admin.create_topics([topic])
    except TopicAlreadyExistsError:
        return  # another `apply` was faster
