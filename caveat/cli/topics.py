"""Make the topics of the map on a broker, with kafka-python."""

from collections.abc import Iterable

from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from caveat.errors import UpstreamUnavailable
from caveat.pipeline import TopicSpec

EVENT_BYTES = 640 * 1024  # an event of 512 KiB and its headers
DEAD_LETTER_BYTES = 1_100_000  # whatever another topic has let in


def apply(bootstrap: str, wanted: Iterable[TopicSpec], *, replicas: int = 1) -> list[str]:
    """Create the topics that are missing and return their names. Raises UpstreamUnavailable."""
    try:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap, client_id="caveat-topics")
    except KafkaError as error:
        raise UpstreamUnavailable("kafka", bootstrap) from error
    try:
        present = set(admin.list_topics())
        missing = [spec for spec in wanted if spec.name not in present]
        for spec in missing:
            _create(admin, spec, replicas)
    except KafkaError as error:
        raise UpstreamUnavailable("kafka", str(error)) from error
    finally:
        admin.close()
    return [spec.name for spec in missing]


def _create(admin: KafkaAdminClient, spec: TopicSpec, replicas: int) -> None:
    limit = DEAD_LETTER_BYTES if "dead-letter" in spec.name else EVENT_BYTES
    topic = NewTopic(
        name=spec.name,
        num_partitions=spec.partitions,
        replication_factor=replicas,
        topic_configs={"retention.ms": str(spec.retention_ms), "max.message.bytes": str(limit)},
    )
    try:
        admin.create_topics([topic])
    except TopicAlreadyExistsError:
        return  # another `apply` was faster
