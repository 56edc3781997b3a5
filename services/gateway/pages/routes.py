"""The routes of the pages: read the request, delegate, write a page."""

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from typing import Any

from fastapi import APIRouter, Request, Response

from caveat.chassis.stream import is_question_id
from caveat.errors import TransientError, UnknownRecord
from services.gateway import core, problems
from services.gateway.core import Objection
from services.gateway.http import replies
from services.gateway.http.answers import version_faults
from services.gateway.intake import Clash, Intake
from services.gateway.pages import asking, citing, waiting
from services.gateway.pages.asking import Form, FormFault
from services.gateway.pages.site import Site
from services.gateway.ports import AnswerStore, Passages, Renderer
from services.gateway.records import KeptSource
from services.gateway.showing import Showing
from services.gateway.views import Shown, rfc3339

_HTML = "text/html"
_FORM = "application/x-www-form-urlencoded"
_ROBOTS = {"X-Robots-Tag": "noindex"}
_PRIVATE = {**replies.REVALIDATE, **_ROBOTS}
_PUBLIC = {"Cache-Control": "public, no-cache"}
_CLASH_WAITS, _CLASH_WAIT = 50, 0.1  # times, seconds: the first click is being accepted

HOW = (
    "Your question is read once: identifiers are taken out, and emergencies are recognised.",
    "A collection of texts is searched for passages that may answer it.",
    "Sentences are chosen from them, each with the exact words that it rests on.",
    "A guard holds each sentence to a written policy: it must be carried by its source, and it "
    "must not be advice to one person. What fails is removed.",
    "What is left is signed, recorded in a log that cannot be changed unnoticed, and shown to you.",
)


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of the gateway."""

    store: AnswerStore
    intake: Intake
    renderer: Renderer
    passages: Passages
    showing: Showing
    site: Site
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]

    def routes(self) -> APIRouter:
        """List what is served. None of it is part of the API's description."""
        router = APIRouter(default_response_class=Response, include_in_schema=False)
        for path, endpoint in (
            ("/", self.front),
            ("/about", self.about),
            ("/q/{question_id}", self.follow),
            ("/a/{answer_id}", self.read),
            ("/a/{answer_id}/{slug}", self.read),
            ("/c/{answer_id}/{citation_id}", self.cite),
            ("/static/{name}", self.static),
        ):
            router.add_api_route(path, endpoint, methods=["GET", "HEAD"])
        router.add_api_route("/ask", self.ask, methods=["POST"])
        return router

    # --- asking ---

    async def front(self, request: Request) -> Response:
        """Show the ask page; `q` fills in an example."""
        text = request.query_params.get("q", "")
        return self._ask_page(Form(text[: core.LONGEST], "", ""))

    def _ask_page(self, form: Form, fault: FormFault | None = None) -> Response:
        key = form.key if core.is_key(form.key) else _token(self.entropy(16))
        page = self.site.write(
            "ask",
            fault=fault,
            text=form.text,
            region=form.region,
            key=key,
            examples=asking.EXAMPLES,
            regions=asking.REGIONS,
        )
        # Kept by the browser for its back button: the same key is then the same question.
        headers = dict(_PRIVATE if fault is None else replies.NO_STORE)
        if fault is not None and fault.status in (429, 503):
            headers["Retry-After"] = problems.RETRY_AFTER
        status = fault.status if fault else 200
        return Response(page, status_code=status, headers=headers, media_type=_HTML)

    async def ask(self, request: Request) -> Response:
        """Take a question from the form and lead to its page; a second click leads there too."""
        form = await _form_in(request)
        if form is None:
            return self._ask_page(Form("", "", ""), asking.UNREADABLE)
        if request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site":
            return self._ask_page(form, asking.ELSEWHERE)
        question = form.question()
        if isinstance(question, Objection):
            return self._ask_page(form, asking.fault_of(question))
        try:
            for _ in range(_CLASH_WAITS):
                taken = await self.intake.take(question, form.idempotency_key)
                if not isinstance(taken, Clash):
                    return _see(f"/q/{taken.question_id}")
                await asyncio.sleep(_CLASH_WAIT)
        except TransientError:
            return self._ask_page(form, asking.AWAY)
        return self._ask_page(form, asking.AWAY)

    async def follow(self, request: Request, question_id: str) -> Response:
        """Show how far a question has come, or lead to its answer."""
        progress = await self.store.progress(question_id) if is_question_id(question_id) else None
        if progress is None or not progress.accepted:
            return problems.refuse(request, problems.NOT_FOUND, "No question has this address.")
        if progress.outcome is not None and (answer := await self.showing.find(question_id)):
            return _see(_path_of(answer))
        page = self.site.write(
            "waiting",
            question_id=question_id,
            seq=progress.seq,
            asked_at=rfc3339(progress.asked_at) if progress.asked_at else "",
            steps=waiting.steps_of(progress),
            slow=waiting.is_slow(progress, self.now()),
        )
        return Response(page, headers={**replies.NO_STORE, **_ROBOTS}, media_type=_HTML)

    # --- reading ---

    async def read(self, request: Request, answer_id: str, slug: str = "") -> Response:
        """Show an answer as the renderer makes it of the verified document."""
        if faults := version_faults(request.query_params.getlist("version")):
            return replies.invalid(request, *faults)
        answer = await self._named(request, answer_id)
        if answer is None:
            return problems.refuse(request, problems.NOT_FOUND, "No answer has this address.")
        if slug != _document(answer)["slug"]:
            return _see(_path_of(answer), status=308)
        content = await self.renderer.render(answer.signed, _HTML)
        return replies.fresh(request, content, headers=_PRIVATE, media_type=_HTML)

    async def cite(self, request: Request, answer_id: str, citation_id: str) -> Response:
        """Show a citation's words in the text that they stand in."""
        if faults := version_faults(request.query_params.getlist("version")):
            return replies.invalid(request, *faults)
        answer = await self._named(request, answer_id)
        document = _document(answer) if answer else {"citations": {}}
        citation = document["citations"].get(citation_id)
        stored = await self._stored(citation["source"]) if citation else None
        cited = citing.cite(document, citation_id, stored)
        if cited is None:
            return problems.refuse(request, problems.NOT_FOUND, "No citation has this address.")
        content = self.site.write("citation", cited=cited)
        return replies.fresh(request, content, headers=_PRIVATE, media_type=_HTML)

    async def _stored(self, source_id: str) -> KeptSource | None:
        try:
            return await self.passages.source(source_id)
        except UnknownRecord:
            return None  # the corpus has moved on; the page says so

    async def _named(self, request: Request, answer_id: str) -> Shown | None:
        version = request.query_params.get("version")
        number = int(version) if version else None
        return await self.showing.find(answer_id, number) if answer_id.startswith("ans_") else None

    # --- the rest ---

    async def about(self, request: Request) -> Response:
        """Say what this is, and what it is not."""
        page = self.site.write("about", steps=HOW, version=metadata.version("caveat"))
        return replies.fresh(request, page, headers=_PUBLIC, media_type=_HTML)

    async def static(self, request: Request, name: str) -> Response:
        """Serve a style or a script."""
        asset = self.site.assets.get(name)
        if asset is None:
            return problems.refuse(request, problems.NOT_FOUND, "Nothing is kept under this name.")
        headers = {**_PUBLIC, "Vary": "Accept-Encoding"}
        content = asset.content
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            content = asset.compressed
        return replies.fresh(request, content, headers=headers, media_type=asset.media_type)


async def _form_in(request: Request) -> Form | None:
    if request.headers.get("Content-Type", "").split(";")[0].strip().lower() != _FORM:
        return None
    body = await replies.body_within(request, core.BODY_LIMIT)
    return None if body is None else asking.read_form(body)


def _token(random: bytes) -> str:
    return base64.urlsafe_b64encode(random).decode().rstrip("=")


def _document(answer: Shown) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(answer.signed.document)
    return document


def _path_of(answer: Shown) -> str:
    signed = answer.signed
    older = f"?version={signed.version}" if answer.is_superseded else ""
    return f"/a/{signed.answer_id}/{_document(answer)['slug']}{older}"


def _see(path: str, *, status: int = 303) -> Response:
    return Response(status_code=status, headers={"Location": path, **replies.NO_STORE})
