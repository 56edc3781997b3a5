"""Problem details (RFC 9457): every refusal of a request in one shape. None quotes the request."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from caveat.chassis import tracing
from services.gateway.core import NOTICE, Fault
from services.gateway.views import to_json

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "5"  # seconds, while something is away


Draw = Callable[[Request, Mapping[str, Any], Mapping[str, str]], Response | None]
"""Makes a page of a problem, or None where the client is no person."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of problem: its type is /problems/<slug>, and `meaning` is what is said there."""

    slug: str
    status: int
    title: str
    meaning: str = ""


INVALID_REQUEST = Problem(
    "invalid-request",
    400,
    "The request is not valid",
    "A part of the request is missing or outside its limits. `errors` names each fault: `pointer`"
    " leads to it in the body, and is empty for a header or a query parameter, which `detail` then"
    " names. Mend them and send the request again.",
)
NOT_FOUND = Problem(
    "not-found",
    404,
    "There is nothing here",
    "No such address, or nothing is known under this id, or not yet: an answer appears some"
    " seconds after its question, and a decision is provable within ten seconds.",
)
METHOD_NOT_ALLOWED = Problem(
    "method-not-allowed",
    405,
    "The method is not allowed here",
    "The header Allow lists the methods that are.",
)
NOT_ACCEPTABLE = Problem(
    "not-acceptable",
    406,
    "No presentation is acceptable",
    "`available` lists the media types that there are; ask for one of them with Accept.",
)
IDEMPOTENCY_CONFLICT = Problem(
    "idempotency-conflict",
    409,
    "A request with this key is still running",
    "Another request with the same Idempotency-Key has not finished. Repeat this one after the"
    " seconds in Retry-After; it will then get the same answer.",
)
QUESTION_TOO_LONG = Problem(
    "question-too-long",
    413,
    "The question is too long",
    "A question has at most 4096 characters, and its whole body at most 64 KiB.",
)
BODY_TOO_LARGE = Problem(
    "body-too-large",
    413,
    "The body is too large",
    "The body is larger than anything that this call could use, and was not read.",
)
UNSUPPORTED_MEDIA_TYPE = Problem(
    "unsupported-media-type",
    415,
    "The body is of another media type",
    "Send the body as `available` lists it, and say so in Content-Type.",
)
IDEMPOTENCY_MISMATCH = Problem(
    "idempotency-mismatch",
    422,
    "The key was used for another question",
    "An Idempotency-Key stands for one question as long as its answer is kept. Use a new key for"
    " a new question.",
)
RATE_LIMITED = Problem(
    "rate-limited",
    429,
    "There were too many requests",
    "This client has used up what one client may ask for in a while. Wait for the seconds in"
    " Retry-After. RateLimit and RateLimit-Policy tell how much is left, and of what.",
)
INTERNAL = Problem(
    "internal",
    500,
    "Something broke on our side",
    "The fault is ours and was recorded under `request_id`. Trying again may help.",
)
UNVERIFIED = Problem(
    "unverified-answer",
    500,
    "The answer does not verify, and is not shown",
    "What is stored is not what was signed, or was signed by a key that is not trusted. Nothing of"
    " it is shown. The fault was recorded for whoever runs this service.",
)
UNVERIFIED_EVIDENCE = Problem(
    "unverified-evidence",
    500,
    "What came does not fit its name, and is not shown",
    "A passage, a source or a proof is named by a hash or a number, and what came was another one."
    " Nothing of it is shown. The fault was recorded for whoever runs this service.",
)
OVERLOADED = Problem(
    "overloaded",
    503,
    "The service cannot accept this now",
    "Something that this needs is away, named by `away`, or there is no room. Nothing was accepted."
    " Try again after the seconds in Retry-After. If this may be an emergency, do not wait: call"
    " your local emergency number.",
)

PROBLEMS: Mapping[str, Problem] = {
    problem.slug: problem for problem in list(globals().values()) if isinstance(problem, Problem)
}

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
    """Answer a request with a problem: to a person as a page, to a program as JSON."""
    body = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": detail,
        "trace_id": tracing.current_trace_id(),
        "request_id": request.state.request_id,
        **members,
    }
    if errors := [asdict(fault) for fault in faults]:
        body["errors"] = errors
    told = {"Cache-Control": "no-store", **(headers or {})}
    if (draw := _drawing(request)) and (page := draw(request, body, told)):
        return page
    return Response(to_json(body), status_code=problem.status, media_type=MEDIA_TYPE, headers=told)


def _drawing(request: Request) -> Draw | None:
    app = request.scope.get("app")
    draw: Draw | None = getattr(app.state, "draw_problem", None) if app else None
    return draw


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
