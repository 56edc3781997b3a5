"""gRPC edge of the guard: decode, delegate, encode."""

import asyncio
from functools import lru_cache
from pathlib import Path
from typing import Any

from caveat import wire
from caveat.chassis.rpc import MESSAGE_LIMIT, answering
from caveat.errors import PermanentError, PolicyMisconfigured
from caveat.model import AnswerDrafted, Draft, Evidence, RoutedQuestion
from caveat.v1 import guard_service_pb2 as pb
from caveat.v1.guard_service_pb2_grpc import GuardServiceServicer
from services.guard.core import findings_of
from services.guard.judge import Judge
from services.guard.policy import Policy
from services.guard.policy_file import policy_of, sound_policy
from services.guard.policy_source import has_anchors

_TEXT_LIMIT = 8192  # a redacted question can be longer than what was typed
_POLICY_LIMIT = 256 * 1024  # bytes
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
            policy = await self._tried(request.policy)
            decision, recorded, judgement = await self._judge.replay(
                request.decision_number, policy
            )
        return pb.ReplayDraftResponse(
            verdict=f"VERDICT_{judgement.verdict.name}",
            findings=[wire.to_proto(finding) for finding in judgement.findings],
            recorded_verdict=f"VERDICT_{recorded.name}",
            question_id=decision.question_id,
            version=decision.version,
        )

    async def _tried(self, content: bytes) -> Policy | None:
        patterns = frozenset(self._judge.policy.navigation)
        return await asyncio.to_thread(_tried, content, patterns) if content else None

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


@lru_cache(maxsize=2)  # a replay of many drafts sends the same one with each
def _tried(content: bytes, patterns: frozenset[str]) -> Policy:
    """Read a policy that is to be tried. Raises PermanentError for one that would not load.

    Whoever calls must not be able to occupy the guard: a pattern can take for ever to match, and
    so can anchors to walk. So only patterns that are active already are run.
    """
    if len(content) > _POLICY_LIMIT:
        raise PermanentError(f"a policy has at most {_POLICY_LIMIT} bytes")
    if has_anchors(content):
        raise PermanentError("a policy that is to be tried has no anchors")
    read = policy_of(content, Path("that is to be tried"), patterns)
    try:
        return sound_policy(read)
    except PolicyMisconfigured as error:
        raise PermanentError(str(error)) from error
