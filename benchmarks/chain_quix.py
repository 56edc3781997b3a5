"""One hop over Quix Streams, for an environment that has it; see benchmarks.chain.

BENCH_QUIX_PYTHON benchmarks/chain_quix.py ENTRY OUTLET '{"servers": …, "user": …}'
"""

import json
import sys

from quixstreams import Application
from quixstreams.kafka import ConnectionConfig


def main(entry: str, outlet: str, told: dict[str, str]) -> None:
    """Carry records from one topic to another for ever."""
    application = Application(
        broker_address=ConnectionConfig(
            bootstrap_servers=told["servers"],
            security_protocol="sasl_plaintext",
            sasl_mechanism=told["mechanism"],
            sasl_username=told["user"],
            sasl_password=told["password"],
        ),
        consumer_group=f"quix-{entry}",
        auto_offset_reset="earliest",
        auto_create_topics=False,
        commit_interval=0.1,
        producer_extra_config={"acks": "all", "enable.idempotence": True, "linger.ms": 0},
    )
    source = application.topic(entry, value_deserializer="bytes", key_deserializer="bytes")
    target = application.topic(outlet, value_serializer="bytes", key_serializer="bytes")
    application.dataframe(source).to_topic(target)
    application.run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
