"""Problem details (RFC 9457): every refusal of a request in one shape. None quotes the request."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from caveat.chassis import tracing
from services.gateway.core import NOTICE, Fault, to_json

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "5"  # seconds, while something is away


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of problem: its type is /problems/<slug>."""

    slug: str
    status: int
    title: str


INVALID_REQUEST = Problem("invalid-request", 400, "The request is not valid")
NOT_FOUND = Problem("not-found", 404, "There is nothing here")
METHOD_NOT_ALLOWED = Problem("method-not-allowed", 405, "The method is not allowed here")
NOT_ACCEPTABLE = Problem("not-acceptable", 406, "No presentation is acceptable")
IDEMPOTENCY_CONFLICT = Problem(
    "idempotency-conflict", 409, "A request with this key is still running"
)
QUESTION_TOO_LONG = Problem("question-too-long", 413, "The question is too long")
IDEMPOTENCY_MISMATCH = Problem("idempotency-mismatch", 422, "The key was used for another question")
INTERNAL = Problem("internal", 500, "Something broke on our side")
UNVERIFIED = Problem("unverified-answer", 500, "The answer does not verify, and is not shown")
OVERLOADED = Problem("overloaded", 503, "The service cannot accept this now")

_BY_STATUS = {problem.status: problem for problem in (NOT_FOUND, METHOD_NOT_ALLOWED)}


def problem_of_status(status: int) -> Problem:
    """Find the problem for a status that the framework decided on."""
    return _BY_STATUS.get(status) or Problem(
        HTTPStatus(status).phrase.lower().replace(" ", "-"), status, HTTPStatus(status).phrase
    )


def refuse(
    request: Request,
    problem: Problem,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    faults: Iterable[Fault] = (),
    **members: Any,
) -> Response:
    """Answer a request with a problem."""
    body = described(request, problem, detail, **members)
    if errors := [asdict(fault) for fault in faults]:
        body["errors"] = errors
    return Response(
        to_json(body),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def described(request: Request, problem: Problem, detail: str, **members: Any) -> dict[str, Any]:
    """Describe a problem, with the ids under which it can be found again."""
    return {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": detail,
        "trace_id": tracing.current_trace_id(),
        "request_id": request.state.request_id,
        **members,
    }


def overloaded(request: Request, away: str = "") -> Response:
    """Answer while something that the gateway needs is away, with the emergency line."""
    again = "please try again in a few seconds"
    members: dict[str, Any] = {"notice": NOTICE} | ({"away": away} if away else {})
    return refuse(
        request,
        OVERLOADED,
        f"{away} is away; {again}" if away else again,
        headers={"Retry-After": RETRY_AFTER},
        **members,
    )
