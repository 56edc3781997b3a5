"""Show the records of a topic readably: JSON lines with what the protobuf bytes say."""

import base64
import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from caveat import wire
from caveat.chassis.stream.messages import Message, message_of
from caveat.cli.access import described
from caveat.errors import MalformedEvent, UnknownRecord, UpstreamUnavailable
from caveat.pipeline import topics

_POLL_MS = 500


def topic_named(name: str) -> str:
    """Find a topic by its full name or its short one. Raises UnknownRecord."""
    known = [spec.name for spec in topics()]
    short = {topic.removeprefix("caveat.").removesuffix(".v1"): topic for topic in known}
    if name in known:
        return name
    if name in short:
        return short[name]
    raise UnknownRecord(f"no topic is called {name}; there are {', '.join(sorted(short))}")


def shown(message: Message, *, text: bool) -> dict[str, Any]:
    """Show one record. The words of a dead letter stay unread unless `text` asks for them."""
    dead = message.topic.endswith(".dead-letter.v1")
    headers = {name: value.decode("utf-8", "replace") for name, value in message.headers.items()}
    if dead and not text:
        value: Any = {"bytes": len(message.value or b"")}
    else:
        value = _value(message, headers.get("caveat-origin-topic", "") if dead else message.topic)
    return {
        "partition": message.partition,
        "offset": message.offset,
        "key": message.key,
        "headers": headers,
        "value": value,
    }


def records(
    connection: Mapping[str, Any], topic: str, *, from_beginning: bool
) -> Iterator[Message]:
    """Read a topic for ever, without a group. Raises UpstreamUnavailable or UnknownRecord."""
    from kafka import KafkaConsumer, TopicPartition
    from kafka.errors import KafkaError, TopicAuthorizationFailedError

    try:
        with contextlib.closing(
            KafkaConsumer(**connection, client_id="caveat-tail", enable_auto_commit=False)
        ) as consumer:
            numbers = consumer.partitions_for_topic(topic)
            if not numbers:
                raise UnknownRecord(f"the broker has no topic {topic}; run caveat topics apply")
            partitions = [TopicPartition(topic, number) for number in sorted(numbers)]
            consumer.assign(partitions)
            seek = consumer.seek_to_beginning if from_beginning else consumer.seek_to_end
            seek(*partitions)
            while True:
                for batch in consumer.poll(timeout_ms=_POLL_MS).values():
                    yield from map(message_of, batch)
    except TopicAuthorizationFailedError as error:
        user = connection.get("sasl_plain_username", "")
        raise UnknownRecord(f"{user} may not read {topic}: the map does not grant it") from error
    except KafkaError as error:
        raise UpstreamUnavailable("kafka", f"{described(connection)}: {error}") from error


def _value(message: Message, topic: str) -> Any:
    kind, content = wire.EVENT_OF_TOPIC.get(topic), message.value
    if content is None:
        return None
    if kind is None:
        return _undecoded(content)
    is_json = message.headers.get("content-type", b"").startswith(b"application/json")
    try:
        event: Any = (wire.decode_json if is_json else wire.decode)(kind, content)
    except MalformedEvent:
        return _undecoded(content)
    return _opened(wire.to_json(event))


def _undecoded(content: bytes) -> dict[str, Any]:
    return {"undecodable": content.decode("utf-8", "replace"), "bytes": len(content)}


_DOCUMENTS = frozenset({"document", "decision", "content"})


def _opened(value: Any) -> Any:
    """Show documents inside an event, which are bytes to it, as the JSON or text that they are."""
    if isinstance(value, list):
        return [_opened(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: _read(inner) if name in _DOCUMENTS and isinstance(inner, str) else _opened(inner)
        for name, inner in value.items()
    }


def _read(encoded: str) -> Any:
    try:
        text = base64.b64decode(encoded, validate=True).decode("utf-8")
    except ValueError:
        return encoded
    try:
        return json.loads(text)
    except ValueError:
        return text
