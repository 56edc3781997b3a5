"""Pages as the guard makes them, and the check that one fits the published schema."""

import json
from dataclasses import replace
from typing import Any

import jsonschema

from caveat.attestation import canonical
from caveat.model import (
    AnswerDrafted,
    DraftSentence,
    Fallback,
)
from services.guard.core import Judgement
from services.guard.document import Imprint
from services.guard.publication import (
    page_of_draft,
    unsound,
)
from services.guard.rounds import Rounds
from services.guard.schema import ANSWER, schema_of
from tests.builders import a_question_id
from tests.unit.guard.builders import (
    ADVICE,
    FIRST,
    NOW,
    SECOND,
    a_citation,
    a_cited,
    a_passage,
    a_policy,
    a_source,
    an_advising_passage,
    an_event,
    an_event_with,
)
from tests.unit.guard.fakes import DirectEngine, FakeCorpus
from tests.unit.guard.redrafting_fakes import Clock, FakeRedrafter

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
VALIDATOR = jsonschema.Draft202012Validator(schema_of(ANSWER))


def an_imprint(**changes: Any) -> Imprint:
    return replace(Imprint("ans_" + "7" * 26, a_question_id(), 1, NOW, TRACE), **changes)


async def judged(event: AnswerDrafted, **changes: Any) -> Judgement:
    passages = [a_passage(), an_advising_passage(ADVICE)]
    fields: dict[str, Any] = {
        "policy": a_policy(),
        "engine": DirectEngine(),
        "corpus": FakeCorpus(passages, [a_source()]),
        "now": lambda: NOW,
        "clock": Clock(),
    }
    return await Rounds(**(fields | changes)).judge(event)


async def a_page(event: AnswerDrafted | None = None, **changes: Any) -> dict[str, Any]:
    event = event or an_event()
    judgement = await judged(event, **changes)
    imprint = an_imprint(question_id=event.question_id)
    return page_of_draft(1, event, judgement, a_policy(), imprint)


def an_edited_event() -> AnswerDrafted:
    """Make a model's draft of which one sentence is dropped and one redrafted."""
    loose = DraftSentence("s7", "Azacitidine cures higher-risk MDS.", (a_citation(FIRST),))
    event = an_event_with()
    draft = replace(event.draft, composer="model/m", sentences=(*event.draft.sentences, loose))
    fallback = Fallback("model/other", "timeout")
    return replace(event, draft=replace(draft, fallback=fallback, summary=("s1", "s7")))


async def an_edited_page() -> dict[str, Any]:
    redrafter = FakeRedrafter([[a_cited("s7", SECOND)]])
    return await a_page(an_edited_event(), redrafter=redrafter)


def assert_fits(document: dict[str, Any]) -> None:
    assert unsound(document) == ""
    VALIDATOR.validate(document)
    assert unsound(json.loads(canonical(document))) == ""
