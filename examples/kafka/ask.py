"""Ask Caveat over Kafka as another team's backend does: JSON in, protobuf out, verified.

    python examples/kafka/ask.py "Is CAR-T cell therapy available for MDS?" --region US

Signs in as the principal `client`, whose rights are these two: to write question.asked, and to
read answer.published. Against `caveat up` the defaults fit; elsewhere say where the broker is, as
whom, and which keys you trust. It needs kafka-python, and protobuf with caveat.v1, generated from
proto/caveat/v1.

The partitions of answer.published are read from their ends, without a group: an answer reaches
whoever waits for it. A backend that keeps every answer reads in its group, caveat-client.
"""

import argparse
import json
import os
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from caveat import attestation
from caveat.errors import VerificationFailed
from caveat.v1.events_pb2 import AnswerPublished

ASKED, PUBLISHED = "caveat.question.asked.v1", "caveat.answer.published.v1"
HOME = os.environ.get("CAVEAT_HOME", ".caveat")
HEADERS = {
    "content-type": "application/json",  # the proto3 JSON mapping of QuestionAsked
    "ce_specversion": "1.0",
    "ce_type": ASKED,
    "ce_source": "/portal-7",
}


def main() -> int:
    """Ask, wait, verify, print. Exit status 0, 1 when no answer came, 5 when it is forged."""
    arguments = _arguments()
    verifier = attestation.verifier_of(json.loads(arguments.jwks.read_text()))
    connection = _connection(arguments)
    consumer = KafkaConsumer(**connection)
    # Stand at the ends before asking, so that no answer slips by.
    places = [TopicPartition(PUBLISHED, n) for n in consumer.partitions_for_topic(PUBLISHED) or ()]
    consumer.assign(places)
    consumer.seek_to_end(*places)
    for place in places:
        consumer.position(place)
    question_id = uuid7()
    ask(connection, question_id, arguments.question, arguments.region)
    answer = wait(consumer, question_id, arguments.timeout)
    if answer is None:
        print(f"no answer to {question_id} in {arguments.timeout} s", file=sys.stderr)
        return 1
    try:
        document = verifier.verify_answer(answer.document, answer.jws).document
        if document["question_id"] != question_id:
            raise VerificationFailed("it answers another question")
    except VerificationFailed as error:
        print(f"not shown, for it does not verify: {error}", file=sys.stderr)
        return 5
    print("\n".join(shown(document)))
    return 0


def ask(connection: dict[str, Any], question_id: str, text: str, region: str) -> None:
    """Put the question on the topic; it is durable when this returns."""
    value = {
        "questionId": question_id,  # the record's key as well; after a failure, ask with it again
        "text": text,
        "region": region,
        "client": "portal-7",
        "askedAt": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    }
    headers = HEADERS | {"ce_id": question_id, "ce_time": value["askedAt"]}
    producer = KafkaProducer(**connection, acks="all")
    producer.send(
        ASKED,
        key=question_id.encode(),
        value=json.dumps(value).encode(),
        headers=[(name, text.encode()) for name, text in headers.items()],
    ).get(timeout=30)
    producer.close()


def wait(consumer: Any, question_id: str, seconds: float) -> Any:
    """Return the answer to one question, or None when it does not come in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for records in consumer.poll(timeout_ms=500).values():
            for record in records:
                if record.key == question_id.encode():
                    return AnswerPublished.FromString(record.value)
    return None


def shown(document: dict[str, Any]) -> Iterator[str]:
    """Whom to call first; then the short answer with its sources, or what can help instead."""
    sentences, care, outcome = document["sentences"], document["care"], document["outcome"]
    if care:
        yield from (sentences[s]["text"] for s in care["text"])
        yield from (f"{contact['label']}: {contact['tel']}" for contact in care["contacts"])
    yield outcome["headline"] if outcome else document["title"]
    for said in outcome["explain"] if outcome else document["summary"]["sentences"]:
        cited = [document["citations"][c] for c in sentences[said]["citations"]]
        marks = "".join(f" [{citation['n']}]" for citation in cited)
        yield sentences[said]["text"] + marks
        for citation in cited:
            source = document["sources"][citation["source"]]
            yield f"  [{citation['n']}] {source['title']}, {source['publisher']}, {source['url']}"


def uuid7() -> str:
    """Make a UUIDv7 (RFC 9562): milliseconds, then chance."""
    number = int(time.time() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    number = number & ~(0xF << 76 | 0x3 << 62) | 0x7 << 76 | 0x2 << 62
    return str(uuid.UUID(int=number))


def _connection(arguments: argparse.Namespace) -> dict[str, Any]:
    return {
        "bootstrap_servers": arguments.bootstrap,
        "security_protocol": arguments.protocol,
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": arguments.user,
        "sasl_plain_password": arguments.password_file.read_text().strip(),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Ask Caveat over Kafka.")
    keys = Path(HOME) / "keys"
    parser.add_argument("question")
    parser.add_argument("--region", default="", help="ISO 3166-1 alpha-2; chooses whom to call")
    parser.add_argument("--bootstrap", default="127.0.0.1:7792")
    parser.add_argument("--protocol", default="SASL_PLAINTEXT", help="SASL_SSL beyond loopback")
    parser.add_argument("--user", default="client")
    parser.add_argument("--password-file", type=Path, default=keys / "private/kafka/client")
    parser.add_argument(
        "--jwks", type=Path, default=keys / "public/jwks.json", help="keys to trust"
    )
    parser.add_argument("--timeout", type=float, default=60, help="seconds")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
