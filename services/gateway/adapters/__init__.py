"""The gateway's ports over SQLite, Kafka and gRPC."""

from services.gateway.adapters.outbox import KafkaOutbox
from services.gateway.adapters.renderer import GrpcRenderer
from services.gateway.adapters.sqlite import SqliteStore

__all__ = ["GrpcRenderer", "KafkaOutbox", "SqliteStore"]
