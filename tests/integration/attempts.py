"""What a principal may really do on a broker, found out by trying it as that principal."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    NotCoordinatorForGroupError,
    TopicAuthorizationFailedError,
    UnknownMemberIdError,
    for_code,
)
from aiokafka.protocol.group import HeartbeatRequest
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ConfigResource,
    ConfigResourceType,
    KafkaAdminClient,
    NewTopic,
    ResourcePattern,
    ResourceType,
    UserScramCredentialUpsertion,
)
from kafka.errors import KafkaError

_SECONDS = 20  # far more than any attempt takes: running into it is an error, not a refusal
_REFUSED = (TopicAuthorizationFailedError, ClusterAuthorizationFailedError)

# Nobody is a member, and of a group that nobody ever joined nobody is the coordinator.
_SPOKEN_TO = (UnknownMemberIdError, NotCoordinatorForGroupError)


@contextlib.asynccontextmanager
async def started(client: Any) -> AsyncIterator[Any]:
    """Run a client for the time of a block."""
    try:
        await client.start()
        yield client
    finally:
        await client.stop()


async def writable(options: Mapping[str, Any], topics: Iterable[str]) -> set[str]:
    """Try to write to each topic with the producer that our services use."""
    allowed: set[str] = set()
    for idempotent in (True, False):
        producer = AIOKafkaProducer(**options, acks="all", enable_idempotence=idempotent)
        # Who may write nowhere may not even begin as an idempotent producer.
        with contextlib.suppress(*_REFUSED):
            async with started(producer):
                allowed |= await _written(producer, topics)
    return allowed


async def _written(producer: AIOKafkaProducer, topics: Iterable[str]) -> set[str]:
    allowed: set[str] = set()
    for topic in topics:
        with contextlib.suppress(*_REFUSED):
            async with asyncio.timeout(_SECONDS):
                await producer.send_and_wait(topic, b"tried", partition=0)
            allowed.add(topic)
    return allowed


async def readable(options: Mapping[str, Any], topics: Iterable[str]) -> set[str]:
    """Try to read the first record of each topic, which has one."""
    allowed: set[str] = set()
    for topic in topics:
        # One for each: the refusal of a topic would be told when the next one is read, too.
        consumer = AIOKafkaConsumer(**options, auto_offset_reset="earliest")
        async with started(consumer):
            with contextlib.suppress(*_REFUSED):
                async with asyncio.timeout(_SECONDS):
                    await consumer._client._wait_on_metadata(topic)
                    consumer.assign([TopicPartition(topic, 0)])
                    await consumer.getone()
                allowed.add(topic)
    return allowed


async def joinable(options: Mapping[str, Any], groups: Iterable[str]) -> set[str]:
    """Try to speak in each group as a member would."""
    allowed: set[str] = set()
    consumer = AIOKafkaConsumer(**options)
    async with started(consumer):
        client = consumer._client
        node = client.get_random_node()
        for group in groups:
            async with asyncio.timeout(_SECONDS):
                reply = await client.send(node, HeartbeatRequest(group, 0, "nobody"))
            error = for_code(reply.error_code)
            if error is not GroupAuthorizationFailedError:
                assert error in _SPOKEN_TO, error
                allowed.add(group)
    return allowed


def alterations(options: Mapping[str, Any], topic: str) -> set[str]:
    """Try to make and alter things; return what was not refused."""
    admin = KafkaAdminClient(**options)
    try:
        attempts = {
            "make a topic": lambda: admin.create_topics([NewTopic("caveat.other.v1", 1, 1)]),
            "delete a topic": lambda: admin.delete_topics([topic]),
            "alter a topic": lambda: _raise_first(_altered(admin, topic)),
            "give a right": lambda: _raise_first(admin.create_acls([_everything()])["failed"]),
            "make a user": lambda: _raise_first(
                admin.alter_user_scram_credentials(
                    [UserScramCredentialUpsertion("intruder", "SCRAM-SHA-512", "x")]
                ).values()
            ),
        }
        return {name for name, attempt in attempts.items() if _is_allowed(attempt)}
    finally:
        admin.close()


def _altered(admin: KafkaAdminClient, topic: str) -> list[str]:
    resource = ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "1"})
    told = admin.alter_configs([resource], raise_on_unknown=False)
    return [fault for fault in told["topic"].values() if fault != "OK"]


def _is_allowed(attempt: Any) -> bool:
    try:
        attempt()
    except KafkaError as error:
        if "uthorization" not in f"{type(error).__name__} {error}":
            raise
        return False
    return True


def _raise_first(faults: Iterable[Any]) -> None:
    for fault in faults:
        if fault:
            raise fault if isinstance(fault, type) else KafkaError(f"Authorization: {fault}")


def _everything() -> ACL:
    return ACL(
        principal="User:*",
        host="*",
        operation=ACLOperation.ALL,
        permission_type=ACLPermissionType.ALLOW,
        resource_pattern=ResourcePattern(ResourceType.TOPIC, "*"),
    )
