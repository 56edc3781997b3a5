"""What every request gets: a span, an id, security headers, and a problem when something breaks."""

import logging
import traceback
import uuid

from opentelemetry.trace import Span, SpanKind, StatusCode
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from caveat.chassis import tracing
from services.gateway import problems

log = logging.getLogger(__name__)

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Edge:
    """Wraps the application. The trace of a question begins here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; nothing but a broken connection escapes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, method = Headers(scope=scope), scope["method"]
        parent = {n: headers[n] for n in ("traceparent", "tracestate") if n in headers}
        with tracing.span(
            method, SpanKind.SERVER, parent=parent, attributes={"http.request.method": method}
        ) as span:
            await self._serve(scope, receive, send, span)
            if route := getattr(scope.get("route"), "path", None):
                span.update_name(f"{method} {route}")
                span.set_attribute("http.route", route)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, span: Span) -> None:
        request_id = uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        begun = False
        headless = scope["method"] == "HEAD"

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                outgoing = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    outgoing[name] = value
                outgoing["X-Request-Id"] = request_id
                outgoing.setdefault("Cache-Control", "no-store")
                span.set_attribute("http.response.status_code", message["status"])
            elif headless and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except ClientDisconnect:
            log.info("a client went away", extra={"request_id": request_id})
        except Exception as error:
            span.set_status(StatusCode.ERROR)
            _tell(error, request_id)
            if begun:
                raise
            crash = problems.refuse(
                Request(scope), problems.INTERNAL, "the fault was recorded; please try again"
            )
            await crash(scope, receive, send_with_headers)


def _tell(error: Exception, request_id: str) -> None:
    """Log where a request broke, without the message of the error, which may hold its text."""
    frames = traceback.extract_tb(error.__traceback__)
    log.error(
        "a request broke",
        extra={
            "request_id": request_id,
            "error": type(error).__name__,
            "at": " < ".join(f"{f.name}:{f.lineno}" for f in reversed(frames[-4:])),
        },
    )
