"""A policy that is only tried: over gRPC, and with `caveat policy replay`."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from caveat.chassis.rpc import Peer, Server, Servicer
from caveat.cli.main import app
from caveat.errors import PermanentError
from caveat.model import ConclusionCode, QuestionConcluded
from caveat.v1 import guard_service_pb2 as pb
from caveat.v1 import verdict_pb2
from caveat.v1.guard_service_pb2_grpc import (
    GuardServiceStub,
    add_GuardServiceServicer_to_server,
)
from services.guard.judge import Judge
from services.guard.rpc import GuardServicer
from tests.builders import a_question_id
from tests.unit.guard.builders import POLICY_PATH, an_event
from tests.unit.guard.fakes import FakeDecisionStore
from tests.unit.guard.test_rpc import (  # noqa: F401 - fixtures
    corpus,
    decided_with_advice,
    judge,
    peer,
    store,
)

TEXT = POLICY_PATH.read_text()
STRICTER = TEXT.replace("action: drop", "action: refuse", 1)  # of advice.directive, the first


async def tried(peer: Peer, policy: str) -> Any:  # noqa: F811
    request = pb.ReplayDraftRequest(decision_number=1, policy=policy.encode())
    return await peer.call(peer.stub(GuardServiceStub).ReplayDraft, request)


async def test_judges_by_a_policy_that_is_only_tried(
    peer: Peer,  # noqa: F811
    judge: Judge,  # noqa: F811
    store: FakeDecisionStore,  # noqa: F811
) -> None:
    await decided_with_advice(judge)
    before = (dict(store.decisions), dict(store.drafts))

    assert (await tried(peer, TEXT)).verdict == verdict_pb2.VERDICT_PASS_WITH_EDITS
    reply = await tried(peer, STRICTER)

    assert reply.verdict == verdict_pb2.VERDICT_REFUSE
    assert reply.recorded_verdict == verdict_pb2.VERDICT_PASS_WITH_EDITS
    assert (dict(store.decisions), dict(store.drafts)) == before
    assert (await tried(peer, "")).verdict == verdict_pb2.VERDICT_PASS_WITH_EDITS


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (TEXT.replace("action: drop", "action: dorp", 1), "rules.advice.directive.action"),
        (TEXT.replace("- Stop taking lenalidomide.", "- It is a drug.", 1), "does not fire on"),
        (TEXT.replace("navigation:", "navigation:\n  - (a+)+b", 1), "a pattern that the guard has"),
        ("a: &a [1]\nb: [*a, *a]\n" + TEXT, "has no anchors"),
        ("x" * (256 * 1024 + 1), "at most"),
        ("[", "not YAML"),
    ],
)
async def test_tries_no_policy_that_would_not_load_or_could_occupy_the_guard(
    peer: Peer,  # noqa: F811
    judge: Judge,  # noqa: F811
    policy: str,
    said: str,
) -> None:
    await decided_with_advice(judge)

    with pytest.raises(PermanentError, match=said):
        await tried(peer, policy)


async def caveat(*arguments: str) -> Result:
    """Run the command beside the server that this test's loop runs."""
    return await asyncio.to_thread(CliRunner().invoke, app, ["policy", "replay", *arguments])


@pytest.fixture
async def decided(
    judge: Judge,  # noqa: F811
    store: FakeDecisionStore,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[FakeDecisionStore]:
    """A guard that has decided about advice, an emergency, a sound draft, and one since erased."""
    await decided_with_advice(judge)
    concluded = QuestionConcluded(a_question_id(), ConclusionCode.EMERGENCY, "router")
    await judge.decide_conclusion(concluded, version=1, trace_id="")
    await judge.decide_draft(an_event(), version=1, trace_id="")
    erased = an_event()
    await judge.decide_draft(erased, version=1, trace_id="")
    await store.erase(erased.question_id)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    servicer = Servicer(
        GuardServicer(judge), add_GuardServiceServicer_to_server, "caveat.v1.GuardService"
    )
    server = Server("127.0.0.1", port, [servicer])
    await server.start()
    monkeypatch.setenv("CAVEAT_PEER_GUARD", f"127.0.0.1:{port}")
    yield store
    await server.stop()


def a_file(folder: Path, text: str) -> str:
    path = folder / "draft.yaml"
    path.write_text(text)
    return str(path)


async def test_lists_what_another_policy_would_change(
    decided: FakeDecisionStore, tmp_path: Path
) -> None:
    path = a_file(tmp_path, STRICTER)

    told = json.loads((await caveat("--policy", path, "--json", "-q")).stdout)
    [change] = told["changed"]
    assert told["drafts"] == 3
    assert (change["decision"], change["verdict_before"]) == ("dec_1", "pass_with_edits")
    assert (change["verdict_after"], change["newly"]) == ("refuse", [])
    assert list(told["not_judged"].values()) == [1]

    ran = await caveat("--policy", path)
    assert ran.exit_code == 0
    assert "dec_1" in ran.stdout
    assert "1 of 3 would change." in ran.stderr
    assert "1 could not be judged again" in ran.stderr


async def test_nothing_would_change_under_the_same_policy(
    decided: FakeDecisionStore,
) -> None:
    for arguments in (("--policy", str(POLICY_PATH)), ()):
        ran = await caveat(*arguments)
        assert (ran.exit_code, ran.stdout) == (0, "")
        assert "0 of 3 would change." in ran.stderr


async def test_looks_only_at_what_was_asked_for(decided: FakeDecisionStore) -> None:
    async def looked_at(*arguments: str) -> int:
        return int(json.loads((await caveat(*arguments, "--json")).stdout)["drafts"])

    assert await looked_at("--after", "1") == 2
    assert await looked_at("--limit", "2") == 2
    assert await looked_at("--since", "1999-12-31") == 3
    assert await looked_at("--since", "2999-01-01T00:00:00Z") == 0
    assert (await caveat("--since", "yesterday")).exit_code == 2


async def test_a_faulty_policy_is_told_with_its_line_and_not_tried(
    decided: FakeDecisionStore, tmp_path: Path
) -> None:
    path = a_file(tmp_path, TEXT.replace("action: drop", "action: dorp", 1))

    ran = await caveat("--policy", path)

    assert ran.exit_code == 1
    assert "rules.advice.directive.action: must be" in ran.stdout
