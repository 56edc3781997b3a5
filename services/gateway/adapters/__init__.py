"""The gateway's ports over a relational store, Kafka and gRPC."""

from services.gateway.adapters.auditor import GrpcLog
from services.gateway.adapters.outbox import KafkaOutbox
from services.gateway.adapters.relational import RelationalAnswerStore
from services.gateway.adapters.renderer import GrpcRenderer, RememberedRenderer
from services.gateway.adapters.retriever import GrpcPassages

__all__ = [
    "GrpcLog",
    "GrpcPassages",
    "GrpcRenderer",
    "KafkaOutbox",
    "RelationalAnswerStore",
    "RememberedRenderer",
]
