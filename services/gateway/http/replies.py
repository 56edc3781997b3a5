"""The replies that the calls share: bodies with their tags, and refusals."""

from collections.abc import Iterable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from services.gateway import core, problems
from services.gateway.core import Fault

JSON = "application/json"

NO_STORE = {"Cache-Control": "no-store"}
REVALIDATE = {"Cache-Control": "private, no-cache"}


def sent(
    content: bytes, headers: Mapping[str, str], *, status: int = 200, media_type: str = JSON
) -> Response:
    """Reply with a body."""
    return Response(content, status_code=status, headers=dict(headers), media_type=media_type)


def fresh(
    request: Request,
    content: bytes,
    *,
    headers: Mapping[str, str],
    tag: str = "",
    media_type: str = JSON,
) -> Response:
    """Reply with a body, or with 304 when the client holds it; `tag` names it, or its digest."""
    tag = tag or core.etag(content)
    headers = {**headers, "ETag": tag}
    if core.is_fresh(",".join(request.headers.getlist("If-None-Match")), tag):
        return Response(status_code=304, headers=headers)
    return sent(content, headers, media_type=media_type)


def invalid(request: Request, *faults: Fault) -> Response:
    """Refuse a request that is not as the contract says."""
    return problems.refuse(
        request, problems.INVALID_REQUEST, "see errors for what to mend", faults=faults
    )


def not_found(request: Request, detail: str) -> Response:
    """Refuse a request for what is not there."""
    return problems.refuse(request, problems.NOT_FOUND, detail)


def unacceptable(request: Request, offered: Iterable[str]) -> Response:
    """Refuse to present something in any of the ways that the client accepts."""
    return problems.refuse(
        request,
        problems.NOT_ACCEPTABLE,
        "see available for what there is",
        available=list(offered),
    )


def is_json(request: Request) -> bool:
    """Tell whether a body is said to be JSON; one of which nothing is said may be."""
    media_type = request.headers.get("Content-Type", JSON).split(";")[0].strip().lower()
    return media_type == JSON


def unsupported(request: Request) -> Response:
    """Refuse a body that is no JSON."""
    return problems.refuse(
        request,
        problems.UNSUPPORTED_MEDIA_TYPE,
        f"Content-Type: must be {JSON}",
        headers={"Accept-Post": JSON},
        available=[JSON],
    )


async def body_within(request: Request, limit: int) -> bytes | None:
    """Read the body, but never more of it than the limit allows: None says that it is larger."""
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length[:20]) > limit:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)
