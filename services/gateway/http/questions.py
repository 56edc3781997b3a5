"""Calls about questions: ask one, and see how far it has come."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request, Response

from caveat.chassis.stream import is_question_id
from services.gateway import core, problems, views
from services.gateway.arrivals import Arrivals
from services.gateway.contract.operations import (
    IF_NONE_MATCH,
    JSON,
    NOT_MODIFIED,
    Call,
    Reply,
    body_of,
    json_reply,
    operation,
    parameter,
    ref,
)
from services.gateway.core import Fault, NewQuestion, Objection
from services.gateway.http import replies
from services.gateway.http.replies import NO_STORE
from services.gateway.intake import Acceptance, Clash, Intake
from services.gateway.pace import Pace
from services.gateway.ports import AnswerStore
from services.gateway.showing import Showing
from services.gateway.views import Shown


@dataclass(frozen=True, slots=True)
class Questions:
    """Takes questions in."""

    store: AnswerStore
    intake: Intake
    showing: Showing
    arrivals: Arrivals
    pace: Pace
    now: Callable[[], datetime]

    async def ask(self, request: Request) -> Response:
        """Accept a question: 202, or 200 with the answer when it is there within `Prefer: wait`."""
        keys = request.headers.getlist("Idempotency-Key")
        if len(keys) > 1 or not all(map(core.is_key, keys)):
            fault = Fault("", "Idempotency-Key: 1 to 255 visible characters")
            return replies.invalid(request, fault)
        if not replies.is_json(request):
            return replies.unsupported(request)
        body = await replies.body_within(request, core.BODY_LIMIT)
        question = core.body_too_long() if body is None else core.read_question(body)
        if isinstance(question, Objection):
            return _objected(request, question)
        taken = await self.intake.take(question, keys[0] if keys else None)
        if isinstance(taken, Clash):
            return _clashed(request, taken)
        seconds = core.wait_of(",".join(request.headers.getlist("Prefer")))
        return await self._accepted(taken, question, seconds)

    async def _accepted(self, taken: Acceptance, question: NewQuestion, seconds: int) -> Response:
        question_id = taken.question_id
        headers = {"Location": f"/v1/questions/{question_id}", **NO_STORE}
        if taken.replayed:
            headers["Idempotency-Replayed"] = "true"
        if seconds:
            headers["Preference-Applied"] = f"wait={seconds}"
            if answer := await self._awaited(question_id, seconds):
                headers["Content-Location"] = views.answer_link(answer.signed)
                return replies.sent(views.envelope(answer), headers)
        now = self.now()
        headers |= self.pace.retry_after(now, now)
        return replies.sent(views.acceptance_view(question_id, question.lang), headers, status=202)

    async def _awaited(self, question_id: str, seconds: int) -> Shown | None:
        with self.arrivals.expecting(question_id) as expectation:
            if answer := await self.showing.find(question_id):
                return answer
            await expectation.arrive(seconds)
        return await self.showing.find(question_id)

    async def follow(self, request: Request, question_id: str) -> Response:
        """Tell how far a question has come."""
        progress = await self.store.progress(question_id) if is_question_id(question_id) else None
        if progress is None or not progress.accepted:
            return replies.not_found(request, "no question has this id")
        again = self.pace.retry_after(progress.asked_at, self.now())
        running = {} if progress.outcome else again
        return replies.fresh(request, views.question_view(progress), headers=NO_STORE | running)


def _objected(request: Request, objection: Objection) -> Response:
    if objection.too_long:
        return problems.refuse(
            request,
            problems.QUESTION_TOO_LONG,
            "please shorten it",
            faults=objection.faults,
        )
    return replies.invalid(request, *objection.faults)


def _clashed(request: Request, clash: Clash) -> Response:
    if clash is Clash.STILL_RUNNING:
        return problems.refuse(
            request,
            problems.IDEMPOTENCY_CONFLICT,
            "please repeat it in a moment",
            headers={"Retry-After": "1"},
        )
    return problems.refuse(
        request, problems.IDEMPOTENCY_MISMATCH, "use a new key for a new question"
    )


_KEY = parameter(
    "header",
    "Idempotency-Key",
    {"type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$"},
    "Names this question for its client, so that a repeated request asks nothing twice.",
)
_PREFER = parameter(
    "header",
    "Prefer",
    {"type": "string"},
    f"`wait=N` waits up to N seconds, at most {core.LONGEST_WAIT}, for the answer.",
)

CALLS = (
    Call(
        "POST",
        "/v1/questions",
        "ask",
        operation(
            "Ask a question",
            tag="questions",
            description="Returns once the question cannot be lost any more. `notice` is to be"
            " shown to the reader at once.",
            parameters=(_KEY, _PREFER),
            body=body_of(
                "NewQuestion",
                a_question={
                    "text": "Is CAR-T cell therapy available for MDS?",
                    "lang": "en",
                    "region": "US",
                    "audience": "patient",
                },
            ),
            replies={
                200: Reply(
                    "The answer, which was there within `Prefer: wait`.",
                    {JSON: ref("Envelope")},
                    ("Location", "Content-Location"),
                ),
                202: json_reply("Acceptance", "Accepted.", "Location", "Retry-After"),
            },
            problems=(
                problems.INVALID_REQUEST,
                problems.IDEMPOTENCY_CONFLICT,
                problems.QUESTION_TOO_LONG,
                problems.UNSUPPORTED_MEDIA_TYPE,
                problems.IDEMPOTENCY_MISMATCH,
            ),
        ),
    ),
    Call(
        "GET",
        "/v1/questions/{question_id}",
        "follow",
        operation(
            "See how far a question has come",
            tag="questions",
            parameters=(IF_NONE_MATCH,),
            replies={200: json_reply("Question", "How far it is.", "ETag"), 304: NOT_MODIFIED},
            problems=(problems.NOT_FOUND,),
        ),
    ),
)
