"""Let pages of other origins read what the interface says (CORS), each by its exact name."""

import re
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?")

_METHODS = "GET, HEAD, POST, OPTIONS"
_ASKED_WITH = (
    "Accept, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, Prefer, traceparent"
)
_READABLE = (
    "Content-Location, ETag, Idempotency-Replayed, Location, Preference-Applied, RateLimit,"
    " RateLimit-Policy, Retry-After, X-Request-Id"
)
_REMEMBERED = "600"  # seconds


class Origins:
    """Wraps the application. Nothing is allowed with credentials, as there are none."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; a preflight of an origin that is known is answered here."""
        if scope["type"] != "http" or not self._origins:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("Origin", "")
        allowed = origin if origin in self._origins else ""

        async def send_with_origin(message: Message) -> None:
            if message["type"] == "http.response.start":
                _allow(MutableHeaders(scope=message), allowed)
            await send(message)

        asks_first = scope["method"] == "OPTIONS" and "Access-Control-Request-Method" in headers
        app = _preflight() if allowed and asks_first else self._app
        await app(scope, receive, send_with_origin)


def _allow(outgoing: MutableHeaders, origin: str) -> None:
    # Also without an origin: a cache must not give one page's reply to another.
    outgoing.add_vary_header("Origin")
    if origin:
        outgoing["Access-Control-Allow-Origin"] = origin
        outgoing["Access-Control-Expose-Headers"] = _READABLE


def _preflight() -> Response:
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": _ASKED_WITH,
            "Access-Control-Max-Age": _REMEMBERED,
        },
    )
