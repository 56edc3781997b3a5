"""The gateway's ports over a relational store, Kafka and gRPC."""

from services.gateway.adapters.outbox import KafkaOutbox
from services.gateway.adapters.relational import RelationalAnswerStore
from services.gateway.adapters.renderer import GrpcRenderer, RememberedRenderer

__all__ = ["GrpcRenderer", "KafkaOutbox", "RelationalAnswerStore", "RememberedRenderer"]
