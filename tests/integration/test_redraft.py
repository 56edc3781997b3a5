"""The guard has a model's sentences redrafted: generator over real gRPC, model over real HTTP."""

import socket
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from caveat.chassis.rpc import Peer, Server, Servicer
from caveat.model import Action, AnswerDrafted, Draft, Verdict
from caveat.v1.generator_service_pb2_grpc import add_GeneratorServiceServicer_to_server
from services.generator.adapters import ModelComposer
from services.generator.chat import OpenAIModel
from services.generator.rpc import GeneratorServicer
from services.guard.core import Judgement
from services.guard.document import Imprint
from services.guard.publication import page_of_draft, unsound
from services.guard.redrafter import GeneratorRedrafter
from services.guard.rounds import Rounds
from tests import model_server
from tests.model_server import ModelServer, drafted, other_than_first
from tests.unit.generator.builders import ALL, a_routed_question, some_evidence
from tests.unit.guard.builders import a_policy
from tests.unit.guard.fakes import DirectEngine, FakeCorpus

QUESTION, EVIDENCE = a_routed_question(), some_evidence(*ALL)
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BAD = other_than_first(model_server.paraphrased)


@dataclass
class Setting:
    """A generator with its model, and the guard that asks it."""

    server: ModelServer
    composer: ModelComposer
    redrafter: GeneratorRedrafter

    async def draft(self, *behaviours: Any) -> Draft:
        """Have the model draft; what is scripted after that answers the redrafts."""
        self.server.script(*behaviours)
        draft = await self.composer.compose(QUESTION, EVIDENCE)
        assert draft is not None
        assert draft.composer.startswith("model/")
        return draft

    async def judge(self, draft: Draft) -> Judgement:
        passages = [ranked.passage for ranked in EVIDENCE.passages]
        rounds = Rounds(
            policy=a_policy(),
            engine=DirectEngine(),
            corpus=FakeCorpus(passages, EVIDENCE.sources),
            now=lambda: NOW,
            clock=time.monotonic,
            redrafter=self.redrafter,
        )
        return await rounds.judge(AnswerDrafted(QUESTION, EVIDENCE, draft))


@pytest.fixture
async def setting() -> AsyncIterator[Setting]:
    with ModelServer() as server, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        model = OpenAIModel(server.url, model_server.MODEL, key="", tokens=2_000)
        composer = ModelComposer(model, 20)
        servicer = Servicer(
            GeneratorServicer(composer),
            add_GeneratorServiceServicer_to_server,
            "caveat.v1.GeneratorService",
        )
        generator = Server("127.0.0.1", port, [servicer])
        await model.start()
        await generator.start()
        peer = Peer("generator", f"127.0.0.1:{port}")
        yield Setting(server, composer, GeneratorRedrafter(peer))
        await peer.close()
        await generator.stop()
        await model.stop()


def edits(judgement: Judgement) -> list[Action]:
    return [edit.action for one in judgement.rounds for edit in one.edits]


async def test_what_a_model_said_in_other_words_is_redrafted_from_its_quotes(
    setting: Setting,
) -> None:
    draft = await setting.draft(drafted(BAD), drafted())
    bad = [s for s in draft.sentences if s.text.startswith("In short:")]
    assert bad

    judgement = await setting.judge(draft)

    assert judgement.verdict is Verdict.PASS_WITH_EDITS
    assert edits(judgement) == [Action.REDRAFT] * len(bad)
    assert not [s for s in judgement.draft.sentences if s.text.startswith("In short:")]
    assert {s.sentence_id for s in bad} <= {s.sentence_id for s in judgement.draft.sentences}
    assert [asked.operation for asked in setting.server.requests] == ["draft", "redraft"]
    imprint = Imprint("ans_" + "7" * 26, QUESTION.question_id, 1, NOW, "")
    page = page_of_draft(
        1, AnswerDrafted(QUESTION, EVIDENCE, draft), judgement, a_policy(), imprint
    )
    assert unsound(page) == ""
    assert page["status"] == "published"
    assert page["by"]["generator"] == draft.composer


async def test_the_model_is_told_nothing_of_findings_or_rules(setting: Setting) -> None:
    await setting.judge(await setting.draft(drafted(BAD), drafted()))

    told = str(setting.server.requests[-1].body)
    for rule_id, rule in a_policy().rules.items():
        assert rule_id not in told
        assert rule.text not in told


async def test_a_model_that_never_mends_it_loses_the_sentence_after_two_rounds(
    setting: Setting,
) -> None:
    again = [drafted(lambda said, _, n=n: said | {"text": f"{said['text']} {n}"}) for n in (1, 2)]  # type: ignore[misc]
    draft = await setting.draft(drafted(BAD), *again)

    judgement = await setting.judge(draft)

    assert [asked.operation for asked in setting.server.requests] == ["draft"] + ["redraft"] * 2
    assert Action.DROP in edits(judgement)
    assert judgement.verdict is Verdict.PASS_WITH_EDITS
    assert judgement.draft.sentences[0].text == draft.sentences[0].text


@pytest.mark.parametrize(
    "behaviour",
    [
        drafted(model_server.advising),
        drafted(model_server.uncited),
        drafted(model_server.fabricated),
        drafted(model_server.leaking),
        drafted(model_server.in_unknown_passage),
        model_server.status(500),
        model_server.refusing(),
        model_server.INVALID_JSON,
        model_server.cut_off(),
    ],
)
async def test_whatever_comes_back_is_judged_and_costs_the_bad_sentence_only(
    setting: Setting, behaviour: Any
) -> None:
    draft = await setting.draft(drafted(BAD), behaviour)
    bad = {s.sentence_id for s in draft.sentences if s.text.startswith("In short:")}

    judgement = await setting.judge(draft)

    kept = {s.sentence_id: s.text for s in judgement.draft.sentences}
    assert bad.isdisjoint(kept)
    assert kept == {s.sentence_id: s.text for s in draft.sentences if s.sentence_id not in bad}
    assert judgement.verdict is Verdict.PASS_WITH_EDITS
    assert model_server.ADVICE not in kept.values()


async def test_a_model_that_hangs_costs_three_seconds_and_the_bad_sentence(
    setting: Setting,
) -> None:
    draft = await setting.draft(drafted(BAD), model_server.after(60))
    began = time.monotonic()

    judgement = await setting.judge(draft)

    assert time.monotonic() - began < 4
    assert judgement.verdict is Verdict.PASS_WITH_EDITS
    assert set(edits(judgement)) == {Action.DROP}
