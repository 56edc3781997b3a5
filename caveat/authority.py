"""Who may do what on Kafka, derived from the map. Everything else is refused.

A principal is a user of the broker. Each service is one; `operator` is whoever runs the command
line, `client` stands for another team's backend, and `admin` makes topics, users and rights and
does nothing else. READ and WRITE on a resource each imply DESCRIBE in Kafka.
"""

from dataclasses import dataclass
from enum import StrEnum

from caveat.pipeline import (
    ANSWER_GUARDED,
    ANSWER_PUBLISHED,
    PROGRESS_MADE,
    QUESTION_ASKED,
    SERVICES,
    STAGES,
    Stage,
    dead_letter_topic,
    topics,
)

OPERATOR = "operator"
CLIENT = "client"
OBSERVER = "observer"
ADMIN = "admin"

PRINCIPALS = (*SERVICES, OPERATOR, CLIENT, OBSERVER)
"""Everyone who has rights of their own; `admin` is above them."""

PROGRESS_READER = "gateway"
CLUSTER = "kafka-cluster"

NEVER_REPLAYED = frozenset({ANSWER_GUARDED, ANSWER_PUBLISHED})
"""What was judged is never sent again by hand: only its own service writes it."""


class Operation(StrEnum):
    """What a principal may do, in Kafka's words."""

    READ = "READ"
    WRITE = "WRITE"
    DESCRIBE = "DESCRIBE"


class Resource(StrEnum):
    """What a right is about, in Kafka's words."""

    TOPIC = "TOPIC"
    GROUP = "GROUP"
    CLUSTER = "CLUSTER"


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One right: the principal may do the operation on the resource of this very name."""

    principal: str
    operation: Operation
    resource: Resource
    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Which topics a group reads: what there can be lag of."""

    group: str
    topics: tuple[str, ...]


def readings() -> tuple[Reading, ...]:
    """List the groups of the services. The gateway has none: it keeps its places itself."""
    return tuple(
        Reading(group_of(stage.name), stage.consumes) for stage in STAGES if _in_own_group(stage)
    )


def group_of(principal: str) -> str:
    """Name the consumer group that a principal reads in."""
    return f"caveat-{principal}"


def grants() -> frozenset[Grant]:
    """List every right that anyone has."""
    services = [grant for stage in STAGES for grant in grants_of(stage)]
    return frozenset([*services, *_of_operator(), *_of_client(), *_of_observer()])


def replayable() -> frozenset[str]:
    """Name the topics that a dead letter may be sent back to."""
    consumed = {topic for stage in STAGES for topic in stage.consumes}
    return frozenset(consumed - NEVER_REPLAYED)


def grants_of(stage: Stage) -> list[Grant]:
    """List the rights of one service."""
    # A stage without a step completes nothing that a reader follows, and tells no progress.
    told = (PROGRESS_MADE,) if stage.step else ()
    followed = (PROGRESS_MADE,) if stage.name == PROGRESS_READER else ()
    written = (*stage.emits, *told, dead_letter_topic(stage.name))
    return [
        *_on_topics(stage.name, Operation.READ, *stage.consumes, *followed),
        *_on_topics(stage.name, Operation.WRITE, *written),
        *_in_own_group(stage),
    ]


def _in_own_group(stage: Stage) -> list[Grant]:
    if stage.name == PROGRESS_READER:
        return []  # every gateway follows whole topics for itself, without a group
    return [Grant(stage.name, Operation.READ, Resource.GROUP, group_of(stage.name))]


def _of_operator() -> list[Grant]:
    # Raw questions are the router's; dead-lettered, they can be read there.
    read = [spec.name for spec in topics() if spec.name != QUESTION_ASKED]
    groups = [reading.group for reading in readings()]
    return [
        *_on_topics(OPERATOR, Operation.READ, *read),
        *_on_topics(OPERATOR, Operation.WRITE, *replayable()),
        *(Grant(OPERATOR, Operation.DESCRIBE, Resource.GROUP, group) for group in groups),
        # To see users and rights; neither can be changed with it.
        Grant(OPERATOR, Operation.DESCRIBE, Resource.CLUSTER, CLUSTER),
    ]


def _of_client() -> list[Grant]:
    return [
        *_on_topics(CLIENT, Operation.WRITE, QUESTION_ASKED),
        *_on_topics(CLIENT, Operation.READ, ANSWER_PUBLISHED),
        Grant(CLIENT, Operation.READ, Resource.GROUP, group_of(CLIENT)),
    ]


def _of_observer() -> list[Grant]:
    # To see how far everyone is, and not one record.
    seen = {topic for reading in readings() for topic in reading.topics}
    return [
        *_on_topics(OBSERVER, Operation.DESCRIBE, *sorted(seen)),
        *(Grant(OBSERVER, Operation.DESCRIBE, Resource.GROUP, r.group) for r in readings()),
    ]


def _on_topics(principal: str, operation: Operation, *names: str) -> list[Grant]:
    return [Grant(principal, operation, Resource.TOPIC, name) for name in names]
