"""HTTP edge of the gateway: read the request, delegate, write the response."""

from dataclasses import dataclass
from importlib import metadata, resources

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.telemetry import TelemetryConfig
from opentelemetry import trace
from starlette.exceptions import HTTPException

from caveat.chassis.readiness import Readiness
from caveat.chassis.stream import is_question_id
from caveat.errors import PermanentError, TransientError, UpstreamUnavailable, VerificationFailed
from services.gateway import core, openapi, problems
from services.gateway.arrivals import Arrivals
from services.gateway.attested import Attestor
from services.gateway.core import Fault, NewQuestion, Objection
from services.gateway.intake import Clash, Intake
from services.gateway.middleware import Edge
from services.gateway.negotiation import choose
from services.gateway.openapi import JSON as _JSON
from services.gateway.ports import AnswerStore, Log, Passages, Renderer
from services.gateway.records import StoredAnswer

_JWKS = "application/jwk-set+json"  # RFC 7517, 8.5.2
_SCHEMA = "application/schema+json"
_SCHEMAS = frozenset({"answer-1", "decision-1"})
_KEYS_FRESH = 60  # seconds; a verifier that meets a key it does not know asks again anyway
_RETRY = {"Retry-After": "1"}
_NO_STORE = {"Cache-Control": "no-store"}
_REVALIDATE = {"Cache-Control": "private, no-cache"}

# FastAPI's own spans hold paths and queries, and so whatever a client writes there. Edge has ours.
_NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "auto_configure": False,
}


@dataclass(frozen=True, slots=True)
class Api:
    """The calls of the gateway."""

    store: AnswerStore
    intake: Intake
    arrivals: Arrivals
    renderer: Renderer
    passages: Passages
    log: Log
    readiness: Readiness
    attestor: Attestor

    def application(self) -> FastAPI:
        """Build the application."""
        app = FastAPI(
            title="Caveat",
            version=metadata.version("caveat"),
            docs_url=None,  # its page loads scripts from elsewhere
            redoc_url=None,
            redirect_slashes=False,
            telemetry=_NO_TELEMETRY,
        )
        app.include_router(self._routes())
        app.add_middleware(Edge)
        app.add_exception_handler(TransientError, _away)
        app.add_exception_handler(VerificationFailed, _unverified)
        app.add_exception_handler(HTTPException, _refused_by_framework)
        return app

    def _routes(self) -> APIRouter:
        router = APIRouter(default_response_class=Response)
        router.add_api_route(
            "/v1/questions", self.ask, methods=["POST"], status_code=202, openapi_extra=openapi.ASK
        )
        router.add_api_route(
            "/v1/answers/{name}", self.read, methods=["GET"], openapi_extra=openapi.READ
        )
        for path, endpoint in (
            ("/v1/questions/{question_id}", self.follow),
            ("/.well-known/jwks.json", self.keys),
            ("/schemas/{name}.schema.json", self.schema),
            ("/livez", self.live),
            ("/readyz", self.ready),
            ("/version", self.version),
        ):
            router.add_api_route(path, endpoint, methods=["GET"])
        return router

    # --- questions ---

    async def ask(self, request: Request) -> Response:
        """Accept a question: 202, or 200 with the answer when it is there within `Prefer: wait`."""
        keys = request.headers.getlist("Idempotency-Key")
        if len(keys) > 1 or not all(map(core.is_key, keys)):
            return _invalid(request, Fault("", "Idempotency-Key: 1 to 255 visible characters"))
        media_type = request.headers.get("Content-Type", _JSON).split(";")[0].strip().lower()
        if media_type != _JSON:
            return _invalid(request, Fault("", f"Content-Type: must be {_JSON}"))
        question = await _question_in(request)
        if isinstance(question, Objection):
            return _objected(request, question)
        taken = await self.intake.take(question, keys[0] if keys else None)
        if isinstance(taken, Clash):
            return _clashed(request, taken)
        trace.get_current_span().set_attribute("caveat.question_id", taken.question_id)
        headers = {"Idempotency-Replayed": "true"} if taken.replayed else {}
        seconds = core.wait_of(",".join(request.headers.getlist("Prefer")))
        return await self._accepted(taken.question_id, question.lang, seconds, headers)

    async def _accepted(
        self, question_id: str, lang: str, seconds: int, headers: dict[str, str]
    ) -> Response:
        headers |= {"Location": f"/v1/questions/{question_id}", **_NO_STORE}
        if seconds:
            headers["Preference-Applied"] = f"wait={seconds}"
            if answer := await self._awaited(question_id, seconds):
                headers["Content-Location"] = f"/v1/answers/{answer.signed.answer_id}"
                return _sent(core.envelope(answer), headers)
        return _sent(core.acceptance_view(question_id, lang), headers | _RETRY, status=202)

    async def _awaited(self, question_id: str, seconds: int) -> StoredAnswer | None:
        with self.arrivals.expecting(question_id) as expectation:
            if answer := await self._answer(question_id):
                return answer
            await expectation.arrive(seconds)
        return await self._answer(question_id)

    async def _answer(self, name: str, version: int | None = None) -> StoredAnswer | None:
        """Find an answer that may be shown. Raises VerificationFailed when none of it may."""
        answer = await self.store.answer(name, version)
        if answer is not None:
            self.attestor.check_stored(answer.signed)
        return answer

    async def follow(self, request: Request, question_id: str) -> Response:
        """Tell how far a question has come."""
        progress = await self.store.progress(question_id) if is_question_id(question_id) else None
        if progress is None or not progress.accepted:
            return problems.refuse(request, problems.NOT_FOUND, "no question has this id")
        view = core.question_view(progress)
        running = {} if progress.outcome else _RETRY
        return _fresh(request, view, core.etag(view), headers=_NO_STORE | running)

    # --- answers ---

    async def read(self, request: Request, name: str) -> Response:
        """Serve an answer by answer id or question id, in the presentation that is asked for."""
        number, form = request.query_params.get("version"), request.query_params.get("format")
        if number is not None and not _is_version(number):
            return _invalid(request, Fault("", "version: must be a number from 1"))
        if form is not None and form not in core.FORMATS:
            return _invalid(request, Fault("", f"format: must be {', '.join(core.FORMATS)}"))
        is_name = name.isascii() and name.isprintable()  # no store need know of anything else
        answer = await self._answer(name, int(number) if number else None) if is_name else None
        if answer is None:
            return problems.refuse(
                request, problems.NOT_FOUND, "no answer has this id and version, or not yet"
            )
        accept = core.FORMATS[form] if form else ",".join(request.headers.getlist("Accept"))
        media_type = choose(accept, tuple(core.FORMATS.values()))
        if media_type is None:
            return _unacceptable(request)
        return await self._presented(request, answer, media_type)

    async def _presented(self, request: Request, answer: StoredAnswer, media_type: str) -> Response:
        headers = {**_REVALIDATE, "Vary": "Accept"}
        if media_type == _JSON:
            tag = core.etag(core.envelope_tag(answer))
            return _fresh(request, core.envelope(answer), tag, headers=headers)
        try:
            content = await self.renderer.render(answer.signed, media_type)
        except PermanentError:
            return _unacceptable(request, without=media_type)
        return _fresh(request, content, core.etag(content), headers=headers, media_type=media_type)

    # --- keys and probes ---

    async def keys(self, request: Request) -> Response:
        """Serve the public keys, current and retired, as they are now."""
        content = core.to_json(self.attestor.verifier.jwks())
        headers = {"Cache-Control": f"public, max-age={_KEYS_FRESH}"}
        return _fresh(request, content, core.etag(content), headers=headers, media_type=_JWKS)

    async def schema(self, request: Request, name: str) -> Response:
        """Serve the JSON Schema of what is signed: answer-1 or decision-1."""
        if name not in _SCHEMAS:
            return problems.refuse(request, problems.NOT_FOUND, "no schema has this name")
        content = resources.files("caveat").joinpath("schemas", f"{name}.schema.json").read_bytes()
        return _fresh(request, content, core.etag(content), headers={}, media_type=_SCHEMA)

    async def live(self) -> Response:
        """Tell that the process answers."""
        return _sent(core.to_json({"live": True}), _NO_STORE)

    async def ready(self) -> Response:
        """Tell whether questions are welcome, and what stands in the way."""
        obstacles = self.readiness.obstacles()
        body = core.to_json({"ready": not obstacles, "obstacles": list(obstacles)})
        return _sent(body, _NO_STORE, status=503 if obstacles else 200)

    async def version(self) -> Response:
        """Tell which version runs."""
        return _sent(
            core.to_json({"service": "gateway", "version": metadata.version("caveat")}), _NO_STORE
        )


async def _question_in(request: Request) -> NewQuestion | Objection:
    """Read the body, but never more of it than the limit allows."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > core.BODY_LIMIT:
            return core.body_too_long()
    return core.read_question(bytes(body))


def _is_version(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 8 and int(text) >= 1


def _sent(
    content: bytes, headers: dict[str, str], *, status: int = 200, media_type: str = _JSON
) -> Response:
    return Response(content, status_code=status, headers=headers, media_type=media_type)


def _fresh(
    request: Request,
    content: bytes,
    tag: str,
    *,
    headers: dict[str, str],
    media_type: str = _JSON,
) -> Response:
    headers = {**headers, "ETag": tag}
    if core.is_fresh(request.headers.get("If-None-Match", ""), tag):
        return Response(status_code=304, headers=headers)
    return _sent(content, headers, media_type=media_type)


def _invalid(request: Request, *faults: Fault) -> Response:
    return problems.refuse(
        request, problems.INVALID_REQUEST, "see errors for what to mend", faults=faults
    )


def _objected(request: Request, objection: Objection) -> Response:
    if objection.too_long:
        return problems.refuse(
            request,
            problems.QUESTION_TOO_LONG,
            "please shorten it",
            faults=objection.faults,
        )
    return _invalid(request, *objection.faults)


def _clashed(request: Request, clash: Clash) -> Response:
    if clash is Clash.STILL_RUNNING:
        return problems.refuse(
            request, problems.IDEMPOTENCY_CONFLICT, "please repeat it in a moment", headers=_RETRY
        )
    return problems.refuse(
        request, problems.IDEMPOTENCY_MISMATCH, "use a new key for a new question"
    )


def _unacceptable(request: Request, without: str = "") -> Response:
    offered = [media_type for media_type in core.FORMATS.values() if media_type != without]
    return problems.refuse(
        request, problems.NOT_ACCEPTABLE, "see available for what there is", available=offered
    )


async def _away(request: Request, error: Exception) -> Response:
    return problems.overloaded(
        request, error.peer if isinstance(error, UpstreamUnavailable) else ""
    )


async def _unverified(request: Request, error: Exception) -> Response:
    return problems.refuse(request, problems.UNVERIFIED, "the fault was recorded")


async def _refused_by_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    problem = problems.problem_of_status(error.status_code)
    return problems.refuse(request, problem, problem.title, headers=error.headers)
