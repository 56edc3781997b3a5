"""Ask over HTTP as a frontend does, and read topics as an operator does."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from caveat.authority import CLIENT, OPERATOR, Operation, Resource, grants
from caveat.cli.access import options
from caveat.pipeline import QUESTION_ASKED
from tests.e2e.conftest import Stack


@dataclass(frozen=True, slots=True)
class Asking:
    """A client of one stack's gateway."""

    stack: Stack

    def post(self, text: str, key: str | None = None, **fields: Any) -> httpx.Response:
        """Post one question."""
        return httpx.post(
            f"{self.stack.url}/v1/questions",
            json={"text": text, **fields},
            headers={"Idempotency-Key": key or str(uuid.uuid4())},
            timeout=15,
            trust_env=False,
        )

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Get a page of the gateway."""
        return httpx.get(f"{self.stack.url}{path}", headers=headers, timeout=15, trust_env=False)

    def accepted(self, text: str, **fields: Any) -> str:
        """Post a question and return its id."""
        posted = self.post(text, **fields)
        assert posted.status_code == 202, posted.text
        return str(posted.json()["id"])

    def standing(self, question_id: str) -> dict[str, Any]:
        """Return where a question stands."""
        return dict(self.get(f"/v1/questions/{question_id}").json())

    def settled(self, question_id: str, seconds: float = 60) -> dict[str, Any]:
        """Wait for the terminal answer and return its envelope."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            standing = self.standing(question_id)
            if standing["status"] == "done":
                return dict(self.get(standing["links"]["answer"]).json())
            time.sleep(0.05)
        pytest.fail(f"no answer in {seconds} s: {standing}")

    def answer(self, text: str, **fields: Any) -> dict[str, Any]:
        """Ask and return the answer document."""
        return dict(self.settled(self.accepted(text, **fields))["answer"])


def writer_of(topic: str) -> str:
    """Name who may write a topic: another team's backend for questions, else a service of ours."""
    writers = {
        grant.principal
        for grant in grants()
        if (grant.operation, grant.resource, grant.name) == (Operation.WRITE, Resource.TOPIC, topic)
    }
    return CLIENT if topic == QUESTION_ASKED else min(writers - {OPERATOR})


def put(
    stack: Stack,
    topic: str,
    value: bytes | None,
    key: bytes | None,
    principal: str = "",
    headers: Mapping[str, bytes] | None = None,
) -> None:
    """Write one raw record as a principal, by default as one who may."""
    connection = options(stack.local, principal or writer_of(topic))
    producer = KafkaProducer(**connection, acks="all")
    try:
        told = list((headers or {}).items())
        producer.send(topic, value=value, key=key, headers=told).get(timeout=15)
    finally:
        producer.close()


def records(stack: Stack, topic: str, partitions: int, principal: str = OPERATOR) -> list[Any]:
    """Read a whole topic as a principal."""
    consumer = KafkaConsumer(**options(stack.local, principal), consumer_timeout_ms=1500)
    try:
        places = [TopicPartition(topic, number) for number in range(partitions)]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        return list(consumer)
    finally:
        consumer.close()
