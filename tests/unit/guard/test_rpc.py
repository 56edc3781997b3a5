import json
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client import REGISTRY

from caveat import wire
from caveat.attestation import canonical
from caveat.chassis.rpc import Peer, Server, Servicer
from caveat.errors import PermanentError, UnknownRecord, UpstreamUnavailable
from caveat.model import (
    Action,
    AnswerDrafted,
    ConclusionCode,
    DecisionRecord,
    QuestionConcluded,
    Verdict,
)
from caveat.v1 import guard_service_pb2 as pb
from caveat.v1 import verdict_pb2
from caveat.v1.guard_service_pb2_grpc import (
    GuardServiceStub,
    add_GuardServiceServicer_to_server,
)
from caveat.v1.question_pb2 import Disposition
from services.guard.judge import Judge
from services.guard.rpc import GuardServicer
from tests.builders import a_question_id
from tests.unit.guard.builders import (
    a_draft,
    a_judge,
    a_passage,
    a_policy,
    a_verifier,
    an_advised,
    an_advising_passage,
    an_event,
    an_evidence,
)
from tests.unit.guard.fakes import FakeCorpus, FakeDecisionStore

ADVICE = "You should stop taking lenalidomide."


@pytest.fixture
def store() -> FakeDecisionStore:
    return FakeDecisionStore()


@pytest.fixture
def corpus() -> FakeCorpus:
    return FakeCorpus([a_passage(), an_advising_passage(ADVICE)], [])


@pytest.fixture
def judge(store: FakeDecisionStore, corpus: FakeCorpus) -> Judge:
    return a_judge(store=store, corpus=corpus)


@pytest.fixture
async def peer(judge: Judge) -> AsyncIterator[Peer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    servicer = Servicer(
        GuardServicer(judge), add_GuardServiceServicer_to_server, "caveat.v1.GuardService"
    )
    server = Server("127.0.0.1", port, [servicer])
    await server.start()
    peer = Peer("guard", f"127.0.0.1:{port}")
    yield peer
    await peer.close()
    await server.stop()


async def screen(peer: Peer, text: str, lang: str = "en") -> Any:
    request = pb.ScreenQuestionRequest(text=text, lang=lang)
    return await peer.call(peer.stub(GuardServiceStub).ScreenQuestion, request)


async def judge_draft(peer: Peer, event: AnswerDrafted) -> Any:
    request = pb.JudgeDraftRequest(
        question=wire.to_proto(event.question),
        evidence=wire.to_proto(event.evidence),
        draft=wire.to_proto(event.draft),
    )
    return await peer.call(peer.stub(GuardServiceStub).JudgeDraft, request)


async def list_decisions(peer: Peer, **fields: int) -> list[DecisionRecord]:
    request = pb.ListDecisionsRequest(**fields)
    reply = await peer.call(peer.stub(GuardServiceStub).ListDecisions, request)
    return [wire.from_proto(DecisionRecord, record) for record in reply.decisions]


async def test_screens_a_question(peer: Peer) -> None:
    reply = await screen(peer, "I can't breathe")

    assert reply.disposition == Disposition.DISPOSITION_EMERGENCY
    [finding] = reply.findings
    assert finding.rule_id == "safety.emergency"
    assert (finding.start, finding.end) == (2, 15)
    assert (await screen(peer, "What is MDS?")).disposition == Disposition.DISPOSITION_ANSWER
    assert (await screen(peer, "x", "fr")).disposition == Disposition.DISPOSITION_LANGUAGE


async def test_screens_no_endless_question(peer: Peer) -> None:
    await screen(peer, "a " * 4_096)

    with pytest.raises(PermanentError, match="8192"):
        await screen(peer, "a" * 8_193)


async def test_judges_a_draft_and_records_nothing(peer: Peer, store: FakeDecisionStore) -> None:
    event = an_event(
        a_draft(an_advised(ADVICE)), evidence=an_evidence(a_passage(), an_advising_passage(ADVICE))
    )

    reply = await judge_draft(peer, event)

    assert reply.verdict == verdict_pb2.VERDICT_PASS_WITH_EDITS
    assert [(f.rule_id, f.sentence) for f in reply.findings] == [("advice.directive", "s6")]
    assert (await judge_draft(peer, an_event())).verdict == verdict_pb2.VERDICT_PASS
    assert store.decisions == {}


async def test_judges_no_draft_that_breaks_its_contract(peer: Peer) -> None:
    with pytest.raises(PermanentError, match="malformed_event"):
        await judge_draft(peer, an_event(a_draft(summary=("s99",))))
    with pytest.raises(PermanentError, match="malformed_event"):
        await peer.call(peer.stub(GuardServiceStub).JudgeDraft, pb.JudgeDraftRequest())


async def test_says_unavailable_while_the_retriever_is_away(peer: Peer, corpus: FakeCorpus) -> None:
    corpus.away = True

    with pytest.raises(UpstreamUnavailable, match="UNAVAILABLE"):
        await judge_draft(peer, an_event())


async def test_lists_decisions_after_a_number(peer: Peer, judge: Judge) -> None:
    answers = [await judge.decide_draft(an_event(), version=1, trace_id="") for _ in range(3)]

    assert [d.number for d in await list_decisions(peer)] == [1, 2, 3]
    assert [d.number for d in await list_decisions(peer, after=1, limit=1)] == [2]
    assert await list_decisions(peer, after=3) == []
    [last] = await list_decisions(peer, after=2)
    assert (last.question_id, last.record) == (answers[2].question_id, answers[2].decision)


async def test_lists_each_record_with_its_signature(peer: Peer, judge: Judge) -> None:
    answer = await judge.decide_draft(an_event(), version=1, trace_id="")

    [listed] = await list_decisions(peer)

    assert listed.jws == answer.decision_jws
    a_verifier(judge.signer).verify_decision(listed.record, listed.jws)


async def test_a_long_list_ends_where_a_message_would_be_too_large(
    peer: Peer, judge: Judge, store: FakeDecisionStore
) -> None:
    answer = await judge.decide_draft(an_event(), version=1, trace_id="")
    [kept] = store.decisions.values()
    large = canonical(json.loads(answer.decision) | {"padding": "x" * 100_000})
    for number in range(1, 13):
        store.decisions[str(number), 1] = replace(
            kept, number=number, question_id=str(number), record=large
        )
    del store.decisions[kept.question_id, 1]

    seen: list[int] = []
    while records := await list_decisions(peer, after=seen[-1] if seen else 0):
        assert len(records) < 6
        seen += [record.number for record in records]

    assert seen == list(range(1, 13))


@pytest.mark.parametrize("limit", [-1, 1_001])
async def test_lists_no_page_of_another_size(peer: Peer, limit: int) -> None:
    with pytest.raises(PermanentError, match="limit is 1 to 1000"):
        await list_decisions(peer, limit=limit)


async def test_says_unavailable_while_the_store_is_away(
    peer: Peer, store: FakeDecisionStore
) -> None:
    store.away = True

    with pytest.raises(UpstreamUnavailable):
        await list_decisions(peer)


async def replay(peer: Peer, number: int) -> Any:
    request = pb.ReplayDraftRequest(decision_number=number)
    return await peer.call(peer.stub(GuardServiceStub).ReplayDraft, request)


def counted() -> dict[str, float]:
    """Read every counter of decisions, rules and sentences."""
    wanted = ("caveat_guard_decisions", "caveat_guard_rule_fired", "caveat_sentences")
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for metric in REGISTRY.collect()
        if metric.name.startswith(wanted)
        for sample in metric.samples
    }


async def decided_with_advice(judge: Judge) -> AnswerDrafted:
    event = an_event(
        a_draft(an_advised(ADVICE)), evidence=an_evidence(a_passage(), an_advising_passage(ADVICE))
    )
    await judge.decide_draft(event, version=1, trace_id="")
    return event


async def test_replays_a_draft_and_leaves_everything_as_it_was(
    peer: Peer, judge: Judge, store: FakeDecisionStore
) -> None:
    event = await decided_with_advice(judge)
    before = (dict(store.decisions), dict(store.drafts), counted())
    assert before[2]

    reply = await replay(peer, 1)

    assert reply.verdict == reply.recorded_verdict == verdict_pb2.VERDICT_PASS_WITH_EDITS
    assert (reply.question_id, reply.version) == (event.question_id, 1)
    assert [(f.rule_id, f.sentence) for f in reply.findings] == [("advice.directive", "s6")]
    assert (dict(store.decisions), dict(store.drafts), counted()) == before


async def test_a_replay_is_judged_by_the_policy_of_today(
    peer: Peer, judge: Judge, store: FakeDecisionStore, corpus: FakeCorpus
) -> None:
    await decided_with_advice(judge)
    rules = dict(judge.policy.rules)
    rules["advice.directive"] = replace(rules["advice.directive"], action=Action.REFUSE)
    stricter = a_judge(store=store, corpus=corpus, policy=replace(judge.policy, rules=rules))

    decision, recorded, judgement = await stricter.replay(1)

    assert decision.number == 1
    assert (recorded, judgement.verdict) == (Verdict.PASS_WITH_EDITS, Verdict.REFUSE)


async def test_a_replay_signs_and_redrafts_nothing(
    store: FakeDecisionStore, corpus: FakeCorpus, judge: Judge
) -> None:
    class Forbidden:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"{name} was used")

    await decided_with_advice(judge)
    shown = a_judge(store=store, corpus=corpus, signer=Forbidden(), redrafter=Forbidden())

    assert (await shown.replay(1))[2].verdict is Verdict.PASS_WITH_EDITS


async def test_says_why_a_decision_cannot_be_replayed(
    peer: Peer, judge: Judge, store: FakeDecisionStore
) -> None:
    event = await decided_with_advice(judge)
    concluded = QuestionConcluded(a_question_id(), ConclusionCode.EMERGENCY, "router")
    await judge.decide_conclusion(concluded, version=1, trace_id="")
    await store.erase(event.question_id)

    with pytest.raises(UnknownRecord, match="unknown_record: the draft of decision 1 was erased"):
        await replay(peer, 1)
    with pytest.raises(UnknownRecord, match="unknown_record: decision 2 keeps no draft"):
        await replay(peer, 2)
    for number in (3, 0, -1, 2**62):
        with pytest.raises(UnknownRecord, match=f"there is no decision {number}"):
            await replay(peer, number)


async def test_says_unavailable_while_a_replay_lacks_store_or_corpus(
    peer: Peer, judge: Judge, store: FakeDecisionStore, corpus: FakeCorpus
) -> None:
    await decided_with_advice(judge)

    corpus.away = True
    with pytest.raises(UpstreamUnavailable):
        await replay(peer, 1)
    store.away, corpus.away = True, False
    with pytest.raises(UpstreamUnavailable):
        await replay(peer, 1)


async def test_describes_the_policy(peer: Peer) -> None:
    stub = peer.stub(GuardServiceStub)

    reply = await peer.call(stub.DescribePolicy, pb.DescribePolicyRequest())

    policy = a_policy()
    assert (reply.policy_id, reply.version) == (policy.policy_id, policy.version)
    assert reply.sha256 == policy.sha256
    assert list(reply.rule_ids) == sorted(policy.rules)


async def test_the_verdict_of_the_call_is_the_verdict_of_the_stream(
    peer: Peer, judge: Judge
) -> None:
    event = an_event(a_draft(replace(an_advised(ADVICE), citations=())))

    reply = await judge_draft(peer, event)
    judgement = await judge.judge(event)

    assert reply.verdict == verdict_pb2.Verdict.Value(f"VERDICT_{judgement.verdict.name}")
    assert [f.rule_id for f in reply.findings] == [f.rule_id for f in judgement.findings]
