"""Put the calls together into one application: the only place that knows all of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.routing import Match

from caveat import asyncapi
from caveat.attestation import LogKeys
from caveat.chassis.readiness import Readiness
from caveat.errors import TransientError, UpstreamUnavailable, VerificationFailed
from services.gateway import openapi, problems
from services.gateway.arrivals import Arrivals
from services.gateway.attested import Attestor
from services.gateway.board import Board
from services.gateway.http import answers, events, evidence, house, proofs, questions
from services.gateway.http.replies import NO_STORE
from services.gateway.intake import Intake
from services.gateway.limiting import Limiter, Limits
from services.gateway.middleware import Edge
from services.gateway.origins import Origins
from services.gateway.pace import Pace
from services.gateway.pages import Drawing, Pages, Site
from services.gateway.ports import AnswerStore, Log, Outbox, Passages, Renderer
from services.gateway.showing import Places, Showing

# FastAPI's own spans hold paths and queries, and so whatever a client writes there. Edge has ours.
_NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "auto_configure": False,
}


@dataclass(frozen=True, slots=True)
class Api:
    """Everything that the calls and the pages need."""

    store: AnswerStore
    outbox: Outbox
    renderer: Renderer
    passages: Passages
    log: Log
    log_keys: LogKeys
    attestor: Attestor
    readiness: Readiness
    site: Site
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    arrivals: Arrivals = field(default_factory=Arrivals)
    board: Board = field(default_factory=Board)
    pace: Pace = field(default_factory=Pace)
    seats: events.Seats = field(default_factory=lambda: events.Seats(500))
    limits: Limits = field(default_factory=Limits)
    origins: tuple[str, ...] = ()

    def application(self) -> FastAPI:
        """Build the application."""
        app = FastAPI(
            title="Caveat",
            version=metadata.version("caveat"),
            openapi_url=None,  # ours is made from the same calls, and says more
            docs_url=None,  # its page loads scripts from elsewhere
            redoc_url=None,
            redirect_slashes=False,
            telemetry=_NO_TELEMETRY,
        )
        app.state.draw_problem = Drawing(self.site)
        intake = Intake(self.store, self.outbox, self.board, now=self.now, entropy=self.entropy)
        showing = Showing(self.store, self.attestor, Places(self.log))
        # Not as included routers: then nothing could list the methods of a path.
        for router in (self._routes(intake, showing), self._pages(intake, showing).routes()):
            app.router.routes.extend(router.routes)
        # The last one added is the outermost.
        app.add_middleware(Limiter, limits=self.limits)
        app.add_middleware(Origins, origins=self.origins)
        app.add_middleware(Edge)
        app.add_exception_handler(TransientError, _away)
        app.add_exception_handler(VerificationFailed, _unverified)
        app.add_exception_handler(HTTPException, _refused_by_framework)
        return app

    def _pages(self, intake: Intake, showing: Showing) -> Pages:
        return Pages(
            store=self.store,
            intake=intake,
            showing=showing,
            renderer=self.renderer,
            passages=self.passages,
            site=self.site,
            now=self.now,
            entropy=self.entropy,
        )

    def _routes(self, intake: Intake, showing: Showing) -> APIRouter:
        router = APIRouter(default_response_class=Response)
        for noun, calls in self._nouns(intake, showing):
            for call in calls:
                methods = ["GET", "HEAD"] if call.method == "GET" else [call.method]
                router.add_api_route(
                    call.path,
                    getattr(noun, call.endpoint),
                    methods=methods,
                    include_in_schema=False,
                )
        return router

    def _nouns(self, intake: Intake, showing: Showing) -> tuple[tuple[Any, Any], ...]:
        asking = questions.Questions(
            store=self.store,
            intake=intake,
            showing=showing,
            arrivals=self.arrivals,
            pace=self.pace,
            now=self.now,
        )
        listening = events.Events(
            store=self.store,
            showing=showing,
            arrivals=self.arrivals,
            board=self.board,
            pace=self.pace,
            seats=self.seats,
            now=self.now,
        )
        proving = proofs.Proofs(showing, self.attestor, self.log, self.log_keys)
        return (
            (asking, questions.CALLS),
            (listening, events.CALLS),
            (answers.Answers(showing, self.renderer), answers.CALLS),
            (evidence.Evidence(self.passages), evidence.CALLS),
            (proving, proofs.CALLS),
            (house.House(self.readiness, openapi.document, asyncapi.document), house.CALLS),
        )


async def _away(request: Request, error: Exception) -> Response:
    return problems.overloaded(
        request, error.peer if isinstance(error, UpstreamUnavailable) else ""
    )


async def _unverified(request: Request, error: Exception) -> Response:
    return problems.refuse(request, problems.UNVERIFIED, "the fault was recorded")


async def _refused_by_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = _allowed(request)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={**headers, **NO_STORE})
    problem = problems.problem_of_status(error.status_code)
    return problems.refuse(request, problem, problem.title, headers=headers)


def _allowed(request: Request) -> str:
    """List the methods of every route to this path; the framework names those of the first."""
    methods = {"OPTIONS"}
    for route in request.app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    return ", ".join(sorted(methods))
