"""Every call that the gateway serves, for the application and for /openapi.json alike."""

from services.gateway.contract.operations import Call
from services.gateway.http import answers, events, evidence, house, proofs, questions

CALLS: tuple[Call, ...] = (
    *questions.CALLS,
    *events.CALLS,
    *answers.CALLS,
    *evidence.CALLS,
    *proofs.CALLS,
    *house.CALLS,
)
