"""Calls about the service itself: probes, version, its interface, and what problems mean."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from typing import Any

from fastapi import Request, Response

from caveat.chassis.readiness import Readiness
from services.gateway import problems, reference, views
from services.gateway.contract.operations import (
    IF_NONE_MATCH,
    JSON,
    NOT_MODIFIED,
    Call,
    Reply,
    json_reply,
    operation,
    ref,
)
from services.gateway.http import replies
from services.gateway.http.replies import NO_STORE
from services.gateway.negotiation import choose

_TEXT, _HTML = "text/plain", "text/html"
_SELDOM = {"Cache-Control": "public, max-age=300"}


@dataclass(frozen=True)
class House:
    """Tells about the service.

    `describe` makes the document of its calls, `describe_topics` that of the topics of Kafka.
    """

    readiness: Readiness
    describe: Callable[[], dict[str, Any]]
    describe_topics: Callable[[], dict[str, Any]]

    async def live(self, request: Request) -> Response:
        """Tell that the process answers."""
        return replies.sent(views.to_json({"live": True}), NO_STORE)

    async def ready(self, request: Request) -> Response:
        """Tell whether questions are welcome, and what stands in the way."""
        obstacles = self.readiness.obstacles()
        body = views.to_json({"ready": not obstacles, "obstacles": list(obstacles)})
        return replies.sent(body, NO_STORE, status=503 if obstacles else 200)

    async def version(self, request: Request) -> Response:
        """Tell which version runs."""
        body = {"service": "gateway", "version": metadata.version("caveat")}
        return replies.sent(views.to_json(body), NO_STORE)

    async def openapi(self, request: Request) -> Response:
        """Serve the description of this interface."""
        return replies.fresh(request, self._document, headers=_SELDOM)

    async def asyncapi(self, request: Request) -> Response:
        """Serve the description of the topics, for those who meet Caveat on Kafka."""
        return replies.fresh(request, self._topics, headers=_SELDOM)

    async def docs(self, request: Request) -> Response:
        """Serve the same for people to read."""
        return replies.fresh(request, self._page, headers=_SELDOM, media_type=_HTML)

    async def problem(self, request: Request, slug: str) -> Response:
        """Explain a kind of problem."""
        problem = problems.PROBLEMS.get(slug)
        if problem is None:
            return replies.not_found(request, "no problem has this name")
        media_type = choose(",".join(request.headers.getlist("Accept")), (JSON, _TEXT))
        if media_type is None:
            return replies.unacceptable(request, (JSON, _TEXT))
        headers = {**_SELDOM, "Vary": "Accept"}
        if media_type == JSON:
            return replies.fresh(request, views.to_json(_kind(problem)), headers=headers)
        text = f"{problem.title} ({problem.status})\n\n{problem.meaning}\n"
        return replies.fresh(request, text.encode(), headers=headers, media_type=_TEXT)

    @cached_property
    def _document(self) -> bytes:
        return views.to_json(self.describe())

    @cached_property
    def _topics(self) -> bytes:
        return views.to_json(self.describe_topics())

    @cached_property
    def _page(self) -> bytes:
        return reference.page(self.describe())


def _kind(problem: problems.Problem) -> dict[str, Any]:
    return {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "meaning": problem.meaning,
    }


def _call(path: str, endpoint: str, summary: str, **told: Any) -> Call:
    return Call("GET", path, endpoint, operation(summary, tag="house", errs=False, **told))


CALLS = (
    _call(
        "/livez", "live", "Is the process alive?",
        replies={200: json_reply("Liveness", "It answers.")},
    ),
    _call(
        "/readyz", "ready", "Are questions welcome?",
        replies={
            200: json_reply("Readiness", "They are."),
            503: json_reply("Readiness", "Something stands in the way."),
        },
    ),
    _call("/version", "version", "Which version runs?",
          replies={200: json_reply("Version", "The version.")}),
    _call(
        "/openapi.json", "openapi", "Describe this interface",
        parameters=(IF_NONE_MATCH,),
        replies={
            200: Reply("An OpenAPI 3.1 document.", {JSON: {"type": "object"}}, ("ETag",)),
            304: NOT_MODIFIED,
        },
    ),
    _call(
        "/asyncapi.json", "asyncapi", "Describe the topics of Kafka",
        parameters=(IF_NONE_MATCH,),
        replies={
            200: Reply("An AsyncAPI 3.0 document.", {JSON: {"type": "object"}}, ("ETag",)),
            304: NOT_MODIFIED,
        },
    ),
    _call(
        "/docs", "docs", "Describe this interface to people",
        parameters=(IF_NONE_MATCH,),
        replies={
            200: Reply("A page.", {_HTML: {"type": "string"}}, ("ETag",)), 304: NOT_MODIFIED,
        },
    ),
    _call(
        "/problems/{slug}", "problem", "What does a problem mean?",
        parameters=(IF_NONE_MATCH,),
        replies={
            200: Reply(
                "Its meaning, by Accept.",
                {JSON: ref("ProblemKind"), _TEXT: {"type": "string"}},
                ("ETag",),
            ),
            304: NOT_MODIFIED,
        },
        problems=(problems.NOT_FOUND, problems.NOT_ACCEPTABLE),
    ),
)  # fmt: skip
