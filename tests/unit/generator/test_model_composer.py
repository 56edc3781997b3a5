"""A model that fails, lies or says nothing: the extractive composer answers, and says why."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

from caveat import wire
from caveat.model import Draft, DraftSentence, Fallback
from services.generator.adapters import ModelComposer
from services.generator.chat import OpenAIModel
from services.generator.core import compose
from tests import model_server
from tests.model_server import (
    ADVICE,
    FABRICATED,
    LEAKED,
    MODEL,
    Behaviour,
    ModelServer,
    Twist,
    after,
    body,
    cut_off,
    drafted,
    first,
    other_than_first,
    refusing,
    status,
)
from tests.unit.generator.builders import (
    ALL,
    BIOPSY,
    FEVER,
    a_routed_question,
    check_hold_together,
    composed,
    placed_in,
    sections_of,
    sentence_of,
    some_evidence,
    summary_of,
)

QUESTION = a_routed_question()
EVIDENCE = some_evidence(*ALL)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
async def composer(server: ModelServer) -> AsyncIterator[ModelComposer]:
    model = OpenAIModel(server.url, MODEL, tokens=500)
    yield ModelComposer(model, seconds=1.5)
    await model.stop()


async def a_draft_by(composer: ModelComposer) -> Draft:
    draft = await composer.compose(QUESTION, EVIDENCE)
    assert draft is not None
    wire.encode(draft)
    return draft


def fallbacks(reason: str) -> float:
    labels = {"reason": reason}
    return REGISTRY.get_sample_value("caveat_model_fallbacks_total", labels) or 0.0


BAD: dict[str, tuple[Behaviour, str]] = {
    "a server's fault": (status(500), "unreachable"),
    "busy, come back late": (status(429, Retry_After="60"), "refused"),
    "busy": (status(429), "refused"),
    "bad gateway": (status(502), "unreachable"),
    "no such model": (status(404), "refused"),
    "no key": (status(401), "refused"),
    "a bad request": (status(400), "refused"),
    "a redirect": (status(307, Location="http://127.0.0.1:24009/v1"), "unreachable"),
    "cut off": (cut_off(), "unreachable"),
    "hanging": (after(60), "timeout"),
    "its own timeout": (status(408), "timeout"),
    "a content filter": (refusing(), "refused"),
    "empty": (model_server.EMPTY, "unusable"),
    "no UTF-8": (model_server.NOT_UTF8, "unusable"),
    "no JSON": (model_server.NOT_JSON, "unusable"),
    "a megabyte": (model_server.ONE_MEGABYTE, "unusable"),
    "truncated": (model_server.TRUNCATED, "unusable"),
    "no completion": (model_server.NOT_A_COMPLETION, "unusable"),
    "no choices": (model_server.WITHOUT_CHOICES, "unusable"),
    "no content": (model_server.WITHOUT_CONTENT, "unusable"),
    "invalid JSON inside": (model_server.INVALID_JSON, "unusable"),
    "wrong schema": (model_server.WRONG_SCHEMA, "unusable"),
    "cut by its tokens": (model_server.CUT_BY_TOKENS, "unusable"),
    "half a character": (model_server.LONE_SURROGATE, "unusable"),
    "deeply nested": (body(b'{"choices": ' + b"[" * 200_000), "unusable"),
    "packed though we did not ask": (body(b"\x1f\x8b\x08", Content_Encoding="gzip"), "unusable"),
    "nothing cited": (drafted(model_server.uncited), "unusable"),
    "all fabricated": (drafted(model_server.fabricated), "unusable"),
    "unknown passages": (drafted(model_server.in_unknown_passage), "unusable"),
    "our instructions": (drafted(model_server.leaking), "unusable"),
    "no sentence": (model_server.saying('{"summary": [], "sections": []}'), "unusable"),
    "a kind that is none": (
        model_server.saying('{"summary": [], "sections": [{"kind": "ads", "sentences": []}]}'),
        "unusable",
    ),
}


@pytest.mark.parametrize("name", BAD)
async def test_falls_back_and_says_why(
    server: ModelServer, composer: ModelComposer, name: str
) -> None:
    behaviour, reason = BAD[name]
    server.script(behaviour)
    before = fallbacks(reason)
    began = time.monotonic()

    draft = await a_draft_by(composer)

    assert time.monotonic() - began < 3
    assert draft.fallback == Fallback("model/scripted-1", reason)
    assert replace(draft, fallback=None) == compose(QUESTION, EVIDENCE)
    assert fallbacks(reason) == before + 1


async def test_falls_back_when_nobody_listens() -> None:
    with ModelServer() as gone:
        url = gone.url
    model = OpenAIModel(url, MODEL, tokens=500)

    draft = await a_draft_by(ModelComposer(model, seconds=5))

    assert draft.fallback == Fallback("model/scripted-1", "unreachable")
    await model.stop()


async def test_a_model_is_not_asked_about_nothing(
    server: ModelServer, composer: ModelComposer
) -> None:
    assert await composer.compose(QUESTION, some_evidence()) is None
    assert server.requests == []


async def test_nothing_found_stays_nothing_found_when_the_model_fails_too(
    server: ModelServer, composer: ModelComposer
) -> None:
    server.script(status(500))

    assert await composer.compose(a_routed_question("What is gout?"), EVIDENCE) is None


async def test_a_fallback_tells_the_log_ids_alone(
    server: ModelServer, composer: ModelComposer, caplog: pytest.LogCaptureFixture
) -> None:
    server.script(drafted(model_server.fabricated))

    with caplog.at_level(logging.DEBUG):
        await a_draft_by(composer)

    [told] = [r for r in caplog.records if r.name == "services.generator.adapters"]
    assert vars(told)["question_id"] == QUESTION.question_id
    everything = " ".join(f"{r.getMessage()} {vars(r)}" for r in caplog.records)
    assert QUESTION.text not in everything
    assert FABRICATED not in everything
    assert FEVER.text not in everything


async def test_a_slow_model_in_time_is_used(server: ModelServer, composer: ModelComposer) -> None:
    server.script(after(0.5))

    assert (await a_draft_by(composer)).composer == "model/scripted-1"


async def test_a_caller_in_a_hurry_has_the_fallback_in_time(
    server: ModelServer, composer: ModelComposer
) -> None:
    server.script(after(60))
    began = time.monotonic()

    draft = await composer.compose(QUESTION, EVIDENCE, within=0.2)

    assert time.monotonic() - began < 1
    assert draft is not None
    assert draft.fallback == Fallback("model/scripted-1", "timeout")


async def test_a_cancelled_draft_lets_go_of_the_model(
    server: ModelServer, composer: ModelComposer
) -> None:
    server.script(after(60))
    drafting = asyncio.create_task(composer.compose(QUESTION, EVIDENCE))
    while not server.requests:  # noqa: ASYNC110 - the server is another thread
        await asyncio.sleep(0.01)

    drafting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await drafting


# --- what the model writes goes to the guard as it is ---------------------------------------------


async def test_a_models_own_draft_says_nothing_of_a_fallback(composer: ModelComposer) -> None:
    draft = await a_draft_by(composer)

    assert draft.composer == "model/scripted-1"
    assert draft.fallback is None
    check_hold_together(draft, EVIDENCE)


@pytest.mark.parametrize(
    "twist", [model_server.uncited, model_server.in_unknown_passage, model_server.fabricated]
)
async def test_what_cannot_be_cited_goes_on_without_a_citation(
    server: ModelServer, composer: ModelComposer, twist: Twist
) -> None:
    server.script(drafted(other_than_first(twist)))

    draft = await a_draft_by(composer)

    assert draft.fallback is None
    assert summary_of(draft) == [FEVER.text]
    below = [s for s in draft.sentences[1:] if s.sentence_id in _of_sections(draft)]
    assert below
    assert not any(s.citations for s in below)


@pytest.mark.parametrize(
    ("twist", "text"), [(model_server.advising, ADVICE), (model_server.leaking, LEAKED)]
)
async def test_bad_words_are_the_guards_to_judge_and_are_not_hidden_from_it(
    server: ModelServer, composer: ModelComposer, twist: Twist, text: str
) -> None:
    server.script(drafted(other_than_first(twist)))

    draft = await a_draft_by(composer)

    assert text in [s.text for s in draft.sentences]


async def test_the_words_cited_are_the_passages_own(
    server: ModelServer, composer: ModelComposer
) -> None:
    def shouting(said: model_server.Said, _: model_server.Asked) -> model_server.Said:
        return said | {"text": said["text"].upper(), "quote": f" {said['quote'].upper()} "}

    server.script(drafted(shouting))

    check_hold_together(await a_draft_by(composer), EVIDENCE)


async def test_a_page_has_room_for_so_many_sentences(
    server: ModelServer, composer: ModelComposer
) -> None:
    quote = '"passage": "p1", "quote": "Symptoms of MDS can include tiredness"'
    lines = ",".join(f'{{"text": "Sign {n}.", {quote}}}' for n in range(100))
    part = f'{{"kind": "symptoms", "sentences": [{lines}]}}'
    server.script(model_server.saying(f'{{"summary": [{lines}], "sections": [{part}, {part}]}}'))

    draft = await a_draft_by(composer)

    assert len(summary_of(draft)) == 3
    assert {kind: len(texts) for kind, texts in sections_of(draft).items()} == {"symptoms": 6}
    assert len(set(placed_in(draft))) == len(draft.sentences)


def _of_sections(draft: Draft) -> set[str]:
    return {
        i for s in draft.sections for block in s.blocks for it in block.items for i in it.sentences
    }


# --- redrafting ----------------------------------------------------------------------------------


def strayed(draft: Draft, sentence_id: str) -> DraftSentence:
    return replace(sentence_of(draft, sentence_id), text="Perhaps there is some tiredness.")


async def test_redrafts_the_sentences_named_and_no_other(
    server: ModelServer, composer: ModelComposer
) -> None:
    draft = composed(QUESTION, *ALL)

    again = await composer.redraft(QUESTION, EVIDENCE, (strayed(draft, "s1"),))

    assert again == (sentence_of(draft, "s1"),)
    [asked] = server.requests
    [cited] = [p["text"] for p in asked.material["passages"]]
    assert cited == FEVER.text
    assert [s["sentence"] for s in asked.material["sentences"]] == ["s1"]


@pytest.mark.parametrize(
    "behaviour",
    [
        drafted(model_server.uncited),
        drafted(model_server.fabricated),
        drafted(model_server.in_unknown_passage),
        model_server.saying('{"sentences": []}'),
        model_server.WRONG_SCHEMA,
        model_server.LONE_SURROGATE,
        status(500),
        cut_off(),
        after(60),
        refusing(),
    ],
)
async def test_a_redraft_that_fails_gives_nothing(
    server: ModelServer, composer: ModelComposer, behaviour: Behaviour
) -> None:
    server.script(behaviour)
    draft = composed(QUESTION, *ALL)

    assert await composer.redraft(QUESTION, EVIDENCE, (strayed(draft, "s1"),)) == ()


async def test_a_sentence_that_was_not_asked_for_is_not_taken(
    server: ModelServer, composer: ModelComposer
) -> None:
    def renamed(said: model_server.Said, _: model_server.Asked) -> model_server.Said:
        return said | {"sentence": "s99"}

    server.script(drafted(renamed))
    draft = composed(QUESTION, *ALL)

    assert await composer.redraft(QUESTION, EVIDENCE, (strayed(draft, "s1"),)) == ()


async def test_what_rests_on_nothing_is_not_asked_for(
    server: ModelServer, composer: ModelComposer
) -> None:
    bare = DraftSentence("s1", "Perhaps there is some tiredness.")

    assert await composer.redraft(QUESTION, some_evidence(BIOPSY), (bare,)) == ()
    assert server.requests == []


async def test_a_redraft_keeps_to_the_time_it_is_given(
    server: ModelServer, composer: ModelComposer
) -> None:
    server.script(after(60))
    draft = composed(QUESTION, *ALL)
    began = time.monotonic()

    again = await composer.redraft(QUESTION, EVIDENCE, (strayed(draft, "s1"),), within=0.2)

    assert again == ()
    assert time.monotonic() - began < 1


async def test_a_paraphrase_is_mended_by_asking_again(
    server: ModelServer, composer: ModelComposer
) -> None:
    server.script(drafted(first(model_server.paraphrased)), drafted())
    draft = await a_draft_by(composer)
    [top] = draft.summary
    assert sentence_of(draft, top).text.startswith("In short:")

    again = await composer.redraft(QUESTION, EVIDENCE, (sentence_of(draft, top),))

    assert [(s.sentence_id, s.text) for s in again] == [(top, FEVER.text)]
