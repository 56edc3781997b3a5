"""What holds for every composer: the extractive one, and a model that does as it is told."""

from collections.abc import AsyncIterator

import pytest

from caveat.model import Draft
from services.generator import plan
from services.generator.adapters import ExtractiveComposer, ModelComposer
from services.generator.chat import OpenAIModel
from services.generator.ports import Composer
from tests.model_server import MODEL, ModelServer
from tests.unit.generator.builders import (
    ALL,
    FEVER,
    a_passage,
    a_routed_question,
    check_hold_together,
    sections_of,
    some_evidence,
    summary_of,
)


@pytest.fixture(params=["extractive", "model"])
async def composer(request: pytest.FixtureRequest) -> AsyncIterator[Composer]:
    if request.param == "extractive":
        yield ExtractiveComposer()
        return
    with ModelServer() as server:
        model = OpenAIModel(server.url, MODEL, tokens=500)
        yield ModelComposer(model, seconds=10)
        await model.stop()


async def a_draft_by(composer: Composer) -> Draft:
    draft = await composer.compose(a_routed_question(), some_evidence(*ALL))
    assert draft is not None
    return draft


async def test_a_draft_keeps_its_contract(composer: Composer) -> None:
    check_hold_together(await a_draft_by(composer), some_evidence(*ALL))


async def test_a_page_has_a_short_answer_and_sections_of_the_plan(composer: Composer) -> None:
    draft = await a_draft_by(composer)

    assert FEVER.text in summary_of(draft)
    kinds = list(sections_of(draft))
    assert "diagnosis" in kinds
    assert kinds == sorted(kinds, key=plan.PLAN[a_routed_question().intent].index)


async def test_questions_and_gaps_are_the_plans_own_words(composer: Composer) -> None:
    question = a_routed_question("What are the symptoms of MDS, and what is the outlook?")

    draft = await composer.compose(question, some_evidence(*ALL))

    assert draft is not None
    texts = {s.sentence_id: s.text for s in draft.sentences}
    assert {texts[g.sentence] for g in draft.gaps} == {plan.gap_text("outlook")}
    assert {texts[q.sentence] for q in draft.questions_to_ask} <= set(plan.QUESTIONS.values())
    assert draft.questions_to_ask


async def test_no_evidence_gives_no_draft(composer: Composer) -> None:
    assert await composer.compose(a_routed_question(), some_evidence()) is None


async def test_its_name_is_one_that_the_guard_takes(composer: Composer) -> None:
    assert (await a_draft_by(composer)).composer in ("extractive/1", "model/scripted-1")


async def test_what_is_already_word_for_word_is_not_redrafted(composer: Composer) -> None:
    draft = await a_draft_by(composer)

    again = await composer.redraft(a_routed_question(), some_evidence(*ALL), draft.sentences)

    assert again == ()


async def test_a_long_passage_and_many_are_no_obstacle(composer: Composer) -> None:
    filler = "Most people with MDS are older than sixty years. " * 200
    many = [a_passage(f"{filler}Symptoms of MDS include sign {n}.", start=n) for n in range(50)]

    draft = await composer.compose(a_routed_question(), some_evidence(*many))

    assert draft is not None
    assert draft.summary
