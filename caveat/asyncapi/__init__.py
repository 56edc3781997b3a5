"""The AsyncAPI 3.0 document: what travels on Kafka, and who may send and receive it.

It is generated from the map, the rights and the messages, and says nothing of its own about them.
"""

from caveat.asyncapi.document import document

__all__ = ["document"]
