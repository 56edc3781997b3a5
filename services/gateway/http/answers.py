"""Calls about answers: read one, in the presentation that is asked for."""

from dataclasses import dataclass

from fastapi import Request, Response

from caveat.errors import PermanentError
from services.gateway import problems, views
from services.gateway.contract.operations import (
    IF_NONE_MATCH,
    JSON,
    NOT_MODIFIED,
    VERSION,
    Call,
    Reply,
    operation,
    parameter,
    ref,
)
from services.gateway.core import Fault
from services.gateway.http import replies
from services.gateway.http.replies import REVALIDATE
from services.gateway.negotiation import choose
from services.gateway.ports import Renderer
from services.gateway.showing import Showing
from services.gateway.views import FORMATS, Shown

NO_ANSWER = "no answer has this id and version, or not yet"


@dataclass(frozen=True, slots=True)
class Answers:
    """Serves answers."""

    showing: Showing
    renderer: Renderer

    async def read(self, request: Request, name: str) -> Response:
        """Serve an answer by answer id or question id."""
        version, form = (
            request.query_params.getlist("version"),
            request.query_params.getlist("format"),
        )
        if faults := (*version_faults(version), *_format_faults(form)):
            return replies.invalid(request, *faults)
        answer = await self.showing.find(name, int(version[0]) if version else None)
        if answer is None:
            return replies.not_found(request, NO_ANSWER)
        accept = FORMATS[form[0]] if form else ",".join(request.headers.getlist("Accept"))
        media_type = choose(accept, tuple(FORMATS.values()))
        if media_type is None:
            return replies.unacceptable(request, FORMATS.values())
        return await self._presented(request, answer, media_type)

    async def _presented(self, request: Request, answer: Shown, media_type: str) -> Response:
        headers = {**REVALIDATE, "Vary": "Accept"}
        if media_type == JSON:
            tag = f'"{views.envelope_tag(answer)}"'
            return replies.fresh(request, views.envelope(answer), headers=headers, tag=tag)
        try:
            content = await self.renderer.render(answer.signed, media_type)
        except PermanentError:
            offered = [other for other in FORMATS.values() if other != media_type]
            return replies.unacceptable(request, offered)
        return replies.fresh(request, content, headers=headers, media_type=media_type)


def version_faults(found: list[str]) -> tuple[Fault, ...]:
    """Find what is wrong with `version` in a query."""
    if not found or (len(found) == 1 and _is_version(found[0])):
        return ()
    return (Fault("", "version: must be one number from 1"),)


def _is_version(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 8 and int(text) >= 1


def _format_faults(found: list[str]) -> tuple[Fault, ...]:
    if not found or (len(found) == 1 and found[0] in FORMATS):
        return ()
    return (Fault("", f"format: must be one of {', '.join(FORMATS)}"),)


_FORMAT = parameter(
    "query", "format", {"enum": list(FORMATS)}, "Names a presentation, for links; before Accept."
)

CALLS = (
    Call(
        "GET",
        "/v1/answers/{name}",
        "read",
        operation(
            "Read an answer",
            tag="answers",
            description="By `Accept`, or by `format`. Only the JSON holds the signed bytes; every"
            " other presentation names their digest.",
            parameters=(VERSION, _FORMAT, IF_NONE_MATCH),
            replies={
                200: Reply(
                    "The answer.",
                    {
                        JSON: ref("Envelope"),
                        "text/html": {"type": "string"},
                        "text/markdown": {"type": "string"},
                        "text/plain": {"type": "string"},
                        "application/ld+json": {"type": "object"},
                    },
                    ("ETag",),
                ),
                304: NOT_MODIFIED,
            },
            problems=(problems.INVALID_REQUEST, problems.NOT_FOUND, problems.NOT_ACCEPTABLE),
        ),
    ),
)
