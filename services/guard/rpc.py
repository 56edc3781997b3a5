"""gRPC edge of the guard: decode, delegate, encode."""

from typing import Any

from caveat import wire
from caveat.chassis.rpc import MESSAGE_LIMIT, answering
from caveat.errors import PermanentError
from caveat.model import AnswerDrafted, Draft, Evidence, RoutedQuestion
from caveat.v1 import guard_service_pb2 as pb
from caveat.v1.guard_service_pb2_grpc import GuardServiceServicer
from services.guard.core import findings_of
from services.guard.judge import Judge

_TEXT_LIMIT = 8192  # a redacted question can be longer than what was typed
_LIST_DEFAULT, _LIST_LIMIT = 100, 1000


class GuardServicer(GuardServiceServicer):
    """Screens, judges and replays without recording, and lists what was decided."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    async def ScreenQuestion(self, request: Any, context: Any) -> Any:  # noqa: N802
        async with answering(context, "guard/ScreenQuestion"):
            if len(request.text) > _TEXT_LIMIT:
                raise PermanentError(f"a question has at most {_TEXT_LIMIT} characters")
            policy = self._judge.policy
            screening = await self._judge.engine.screen(request.text, request.lang, policy)
            findings = findings_of(screening.hits, policy)
        return pb.ScreenQuestionResponse(
            disposition=f"DISPOSITION_{screening.disposition.name}",
            findings=[wire.to_proto(finding) for finding in findings],
        )

    async def JudgeDraft(self, request: Any, context: Any) -> Any:  # noqa: N802
        async with answering(context, "guard/JudgeDraft"):
            judgement = await self._judge.judge(
                AnswerDrafted(
                    wire.from_proto(RoutedQuestion, request.question),
                    wire.from_proto(Evidence, request.evidence),
                    wire.from_proto(Draft, request.draft),
                )
            )
        return pb.JudgeDraftResponse(
            verdict=f"VERDICT_{judgement.verdict.name}",
            findings=[wire.to_proto(finding) for finding in judgement.findings],
        )

    async def ReplayDraft(self, request: Any, context: Any) -> Any:  # noqa: N802
        async with answering(context, "guard/ReplayDraft"):
            decision, recorded, judgement = await self._judge.replay(request.decision_number)
        return pb.ReplayDraftResponse(
            verdict=f"VERDICT_{judgement.verdict.name}",
            findings=[wire.to_proto(finding) for finding in judgement.findings],
            recorded_verdict=f"VERDICT_{recorded.name}",
            question_id=decision.question_id,
            version=decision.version,
        )

    async def ListDecisions(self, request: Any, context: Any) -> Any:  # noqa: N802
        async with answering(context, "guard/ListDecisions"):
            limit = request.limit or _LIST_DEFAULT
            if not 1 <= limit <= _LIST_LIMIT:
                raise PermanentError(f"limit is 1 to {_LIST_LIMIT}")
            records = await self._judge.store.after(request.after, limit, most_bytes=MESSAGE_LIMIT)
        return pb.ListDecisionsResponse(decisions=[wire.to_proto(record) for record in records])

    async def DescribePolicy(self, request: Any, context: Any) -> Any:  # noqa: N802
        async with answering(context, "guard/DescribePolicy"):
            policy = self._judge.policy
        return pb.DescribePolicyResponse(
            policy_id=policy.policy_id,
            version=policy.version,
            sha256=policy.sha256,
            rule_ids=sorted(policy.rules),
        )
