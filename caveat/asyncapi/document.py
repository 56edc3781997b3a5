"""Put the document together: servers, a channel for each topic, an operation for each right."""

from importlib import metadata
from typing import Any

from caveat.asyncapi.messages import (
    KAFKA_BINDING,
    dead_letter,
    header_schemas,
    messages_of_topic,
)
from caveat.authority import CLIENT, Grant, Operation, Resource, grants, group_of
from caveat.pipeline import SERVICES, TopicSpec, dead_letter_topic, topics

_ACTIONS = {Operation.WRITE: "send", Operation.READ: "receive"}
_DEAD_LETTERS = {dead_letter_topic(service): service for service in SERVICES}
_PUBLIC, _INTERNAL = {"name": "public"}, {"name": "internal"}


def document() -> dict[str, Any]:
    """Describe every topic. What other teams may do is tagged public, all else internal."""
    rights = sorted(
        right
        for right in grants()
        if right.resource is Resource.TOPIC and right.operation in _ACTIONS
    )
    return {
        "asyncapi": "3.0.0",
        "id": "urn:caveat:events",
        "info": _info(),
        "defaultContentType": "application/protobuf",
        "servers": _servers(),
        "channels": {short(spec.name): _channel(spec, rights) for spec in topics()},
        "operations": {_name_of(right): _operation(right) for right in rights},
        "components": {
            "schemas": header_schemas(),
            "securitySchemes": {
                "scram": {
                    "type": "scramSha512",
                    "description": "one user for each principal; its rights are its operations",
                }
            },
        },
    }


def short(topic: str) -> str:
    """Name the channel of a topic."""
    return topic.removeprefix("caveat.").removesuffix(".v1")


def _info() -> dict[str, Any]:
    return {
        "title": "Caveat on Kafka",
        "version": metadata.version("caveat"),
        "description": (
            "Questions in, signed answers out. Another team's backend signs in as `client`, sends "
            "question.asked and receives answer.published; it must verify the signature before it "
            "shows anything. Operations that are tagged internal belong to Caveat's own services "
            "and to its operators; the broker refuses them to everyone else. Delivery is at least "
            "once; every accepted question ends in exactly one answer of version 1."
        ),
        "license": {"name": "Apache-2.0"},
        "tags": [
            _PUBLIC | {"description": "what other teams may do"},
            _INTERNAL | {"description": "what only Caveat's own services and operators may do"},
        ],
    }


def _servers() -> dict[str, Any]:
    signed_in = {"security": [{"$ref": "#/components/securitySchemes/scram"}]}
    return {
        "cluster": {
            "host": "{bootstrap}",
            "protocol": "kafka-secure",
            "description": "SASL_SSL with SCRAM-SHA-512",
            "variables": {
                "bootstrap": {
                    "description": "a bootstrap server of your installation, host:port",
                    "examples": ["kafka.example:9093"],
                }
            },
            **signed_in,
        },
        "local": {
            "host": "127.0.0.1:{port}",
            "protocol": "kafka",
            "description": "the broker of `caveat up`, SASL_PLAINTEXT on loopback",
            "variables": {
                "port": {"default": "7792", "description": "CAVEAT_PORT_BASE and 92 more"}
            },
            **signed_in,
        },
    }


def _channel(spec: TopicSpec, rights: list[Grant]) -> dict[str, Any]:
    service = _DEAD_LETTERS.get(spec.name)
    is_public = any(right.principal == CLIENT and right.name == spec.name for right in rights)
    return {
        "address": spec.name,
        "messages": {"DeadLetter": dead_letter(service)}
        if service
        else messages_of_topic(spec.name),
        "tags": [_PUBLIC if is_public else _INTERNAL],
        "bindings": {
            "kafka": {
                "topic": spec.name,
                "partitions": spec.partitions,
                "topicConfiguration": {"retention.ms": spec.retention_ms},
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _name_of(right: Grant) -> str:
    return f"{right.principal}.{_ACTIONS[right.operation]}.{short(right.name)}"


def _operation(right: Grant) -> dict[str, Any]:
    is_public = right.principal == CLIENT
    reads_in_group = right.operation is Operation.READ and _has_group(right.principal)
    group: dict[str, Any] = {"groupId": {"type": "string", "enum": [group_of(right.principal)]}}
    return {
        "action": _ACTIONS[right.operation],
        "channel": {"$ref": f"#/channels/{short(right.name)}"},
        "summary": f"{right.principal} may {_ACTIONS[right.operation]} {short(right.name)}",
        "tags": [_PUBLIC if is_public else _INTERNAL],
        "x-principal": right.principal,
        "x-internal": not is_public,
        "bindings": {
            "kafka": (group if reads_in_group else {}) | {"bindingVersion": KAFKA_BINDING}
        },
    }


def _has_group(principal: str) -> bool:
    return Grant(principal, Operation.READ, Resource.GROUP, group_of(principal)) in grants()
