"""The stream edge that all stages share: a message in, a durable outcome out.

A service hands over one handler for each topic and knows nothing of Kafka.
"""

from caveat.chassis.stream.access import Access, access_of
from caveat.chassis.stream.delivery import (
    Delivery,
    Rejected,
    concluded_failed,
    event_headers,
    nothing_follows,
)
from caveat.chassis.stream.follow import Follower
from caveat.chassis.stream.loop import StageLoop
from caveat.chassis.stream.messages import (
    Done,
    Emit,
    Handler,
    Message,
    Outcome,
    Reject,
    event_of,
    is_question_id,
    message_of,
)
from caveat.chassis.stream.producer import RECORD_LIMIT, DurableProducer

__all__ = [
    "RECORD_LIMIT",
    "Access",
    "Delivery",
    "Done",
    "DurableProducer",
    "Emit",
    "Follower",
    "Handler",
    "Message",
    "Outcome",
    "Reject",
    "Rejected",
    "StageLoop",
    "access_of",
    "concluded_failed",
    "event_headers",
    "event_of",
    "is_question_id",
    "message_of",
    "nothing_follows",
]
