"""The published schema: what the guard signs fits it, and nothing else does."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from caveat.attestation import canonical
from caveat.errors import MalformedEvent
from caveat.model import (
    Action,
    AnswerDrafted,
    ConclusionCode,
    Disposition,
    DraftSentence,
    Fallback,
    QuestionConcluded,
    Source,
    Verdict,
)
from services.guard.core import Judgement
from services.guard.document import Imprint
from services.guard.examination import Hit
from services.guard.policy import Constant, Policy
from services.guard.publication import (
    faults_of_fixed_pages,
    page_of_conclusion,
    page_of_draft,
    regions_of,
    unsound,
)
from services.guard.rounds import Rounds
from services.guard.schema import ANSWER, misfit, schema_of
from tests.builders import a_document, a_question_id, a_refusal
from tests.unit.guard.builders import (
    ADVICE,
    FIRST,
    NOW,
    SECOND,
    a_citation,
    a_cited,
    a_judge,
    a_passage,
    a_policy,
    a_question,
    a_source,
    an_advising_passage,
    an_event,
    an_event_with,
    decided,
    document_of,
    record_of,
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


def test_the_schema_is_itself_in_order() -> None:
    jsonschema.Draft202012Validator.check_schema(schema_of(ANSWER))
    text = files("caveat").joinpath("schemas", "answer-1.schema.json").read_text()
    assert '"type": "number"' not in text


def test_no_object_of_the_schema_lets_an_unknown_member_in() -> None:
    def check(node: Any, *, constraint: bool = False) -> None:
        if isinstance(node, list):
            for inner in node:
                check(inner, constraint=constraint)
        if not isinstance(node, dict):
            return
        # What stands under if, then and allOf adds to a form that is closed elsewhere.
        if ("properties" in node or "patternProperties" in node) and not constraint:
            assert node["additionalProperties"] is False
        for key, inner in node.items():
            check(inner, constraint=constraint or key == "allOf")

    check(schema_of(ANSWER))


async def test_an_answer_fits() -> None:
    document = await a_page()

    assert document["guard"]["verdict"] == "pass"
    assert_fits(document)


async def test_an_answer_with_edits_of_both_kinds_fits() -> None:
    document = await an_edited_page()

    assert document["guard"]["verdict"] == "pass_with_edits"
    assert [e["action"] for e in document["guard"]["edits"]] == ["drop", "redraft"]
    assert ["after_sha256" in e for e in document["guard"]["edits"]] == [False, True]
    assert document["by"]["fallback"] == {"composer": "model/other", "reason": "timeout"}
    assert_fits(document)


async def test_a_reframed_answer_without_a_region_or_topic_fits() -> None:
    question = a_question(disposition=Disposition.REFRAME, topic=None, region="", lang="")

    document = await a_page(an_event(question=question))

    assert document["status"] == "published"
    assert_fits(document)


@pytest.mark.parametrize("code", ConclusionCode)
@pytest.mark.parametrize("region", ["", "US", "ES", "ZZ"])
def test_a_conclusion_fits(code: ConclusionCode, region: str) -> None:
    event = QuestionConcluded(
        a_question_id(),
        code,
        "router",
        region=region,
        asked_on="2026-11-22",
        kinds_searched=(a_source().type,),
    )
    nearest = ((a_passage(), a_source()),)

    document = page_of_conclusion(1, event, a_policy(), an_imprint(), nearest)

    assert document["status_reason"] == code
    assert_fits(document)


@pytest.mark.parametrize(
    ("engine", "status"),
    [
        (DirectEngine(crashed=["advice"]), "failed"),
        (DirectEngine(planted={0: (Hit("disclaimer.altered", ""),)}), "refused"),
        (
            DirectEngine(planted={0: tuple(Hit("advice.dose", "", f"s{n}") for n in (1, 2, 3))}),
            "insufficient_evidence",
        ),
    ],
)
async def test_a_judged_draft_without_an_answer_fits(engine: DirectEngine, status: str) -> None:
    document = await a_page(engine=engine)

    assert document["status"] == status
    assert_fits(document)


def test_what_the_other_services_are_tested_with_fits() -> None:
    assert misfit(ANSWER, a_document()) == ""
    assert misfit(ANSWER, a_refusal()) == ""


# --- mutants -------------------------------------------------------------------------------------

_ODD: tuple[Any, ...] = ({"mutant": 1}, [["mutant"]], 1.5, -1)


def members(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Name the place of every member of every object, and of every entry of every list."""
    children = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in children:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from members(value, (*path, key))


def inside(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


def mutants(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Remove, add and retype every member, one at a time."""
    yield "more at the top", {**document, "mutant": None}
    for path in members(document):
        name = "/".join(map(str, path))
        parent, value = inside(document, path[:-1]), inside(document, path)
        if isinstance(parent, dict):
            mutant = copy.deepcopy(document)
            del inside(mutant, path[:-1])[path[-1]]
            yield f"without {name}", mutant
        if isinstance(value, dict):
            mutant = copy.deepcopy(document)
            inside(mutant, path)["mutant"] = {"text": "x"}
            yield f"more in {name}", mutant
        for odd in (*_ODD, *(() if isinstance(value, bool) else (True,))):
            if odd != value or type(odd) is not type(value):
                mutant = copy.deepcopy(document)
                inside(mutant, path[:-1])[path[-1]] = odd
                yield f"{name} is {odd!r}", mutant


async def pages_to_mutate() -> list[dict[str, Any]]:
    crisis = QuestionConcluded(
        a_question_id(), ConclusionCode.CRISIS, "router", region="ES", asked_on="2026-11-22"
    )
    nothing = replace(crisis, code=ConclusionCode.NOTHING_FOUND, kinds_searched=(a_source().type,))
    nearest = ((a_passage(), a_source()),)
    return [
        await an_edited_page(),
        page_of_conclusion(1, crisis, a_policy(), an_imprint()),
        page_of_conclusion(1, nothing, a_policy(), an_imprint(), nearest),
    ]


async def test_no_mutant_of_a_page_is_sound() -> None:
    survivors, count = [], 0
    for document in await pages_to_mutate():
        assert_fits(document)
        for name, mutant in mutants(document):
            count += 1
            if not unsound(mutant):
                survivors.append(name)

    assert count > 2_000
    assert survivors == []


async def test_both_validators_agree_on_the_mutants() -> None:
    [document, *_] = await pages_to_mutate()
    for index, (name, mutant) in enumerate(mutants(document)):
        if index % 40 == 0:
            assert VALIDATOR.is_valid(mutant) is (misfit(ANSWER, mutant) == ""), name


async def test_a_misfit_names_the_place_and_no_text() -> None:
    document = await a_page()
    document["sentences"]["s1"]["text"] = 7
    document["title"] = {"canary-7f3a": "canary-7f3a"}

    fault = misfit(ANSWER, document)

    assert "canary" not in fault
    assert fault.startswith("/")
    assert "Type" in fault


# --- what happens to a page that is not sound ----------------------------------------------------


def an_unsound_policy() -> Policy:
    """Make a policy whose demonstration label no schema lets through; its fixed pages are sound."""
    return replace(a_policy(), demonstration=Constant("notice.demonstration", 0, "x"))


async def test_an_answer_that_does_not_fit_becomes_a_failed_page() -> None:
    event, policy = an_event(), an_unsound_policy()
    judgement = await judged(event, policy=policy)
    assert judgement.verdict is Verdict.PASS

    document = page_of_draft(3, event, judgement, policy, an_imprint())

    assert document["status"] == "failed"
    assert document["guard"]["verdict"] == "failed"
    assert document["guard"]["decision_id"] == "dec_3"
    assert FIRST not in json.dumps(document)
    assert_fits(document)


async def test_what_is_signed_and_recorded_then_is_the_failed_page() -> None:
    answer = await decided(a_judge(policy=an_unsound_policy()), an_event())

    assert document_of(answer)["status"] == "failed"
    assert record_of(answer)["verdict"] == "failed"
    assert_fits(document_of(answer))


@pytest.mark.parametrize(
    "changes",
    [
        {"asked_on": "yesterday"},
        {"region": "usa"},
        {"region": "u1"},
        {"asked_on": "canary-7f3a", "region": "canary-7f3a"},
    ],
)
def test_what_came_with_an_emergency_never_costs_its_care_card(changes: dict[str, str]) -> None:
    event = QuestionConcluded(a_question_id(), ConclusionCode.EMERGENCY, "router", **changes)
    odd = replace(a_source(), url="javascript:alert(1)")
    nearest: tuple[tuple[Any, Source], ...] = ((a_passage(), odd),)

    document = page_of_conclusion(1, event, a_policy(), an_imprint(trace_id="no trace"), nearest)

    assert document["status_reason"] == "emergency"
    assert document["care"]["contacts"]
    assert "canary" not in json.dumps(document)
    assert_fits(document)


def test_a_question_without_an_id_gets_no_page() -> None:
    event = QuestionConcluded("q", ConclusionCode.FAILED, "guard")

    with pytest.raises(MalformedEvent, match="no page can be made: /question_id"):
        page_of_conclusion(1, event, a_policy(), an_imprint(question_id="q"))


def test_every_fixed_page_fits_in_every_region() -> None:
    assert list(faults_of_fixed_pages(a_policy())) == []
    assert {"", "ZZ", "US", "GB", "IE", "CA", "AU", "NZ", "ES", "FR", "GR"} <= set(
        regions_of(a_policy())
    )


def test_a_fixed_page_that_does_not_fit_is_found_before_it_is_needed() -> None:
    policy = a_policy()
    page = replace(policy.pages[ConclusionCode.CRISIS], title="x" * 201)
    broken = replace(policy, pages={**policy.pages, ConclusionCode.CRISIS: page})

    [(code, _, fault)] = faults_of_fixed_pages(broken)

    assert code is ConclusionCode.CRISIS
    assert fault.startswith("/title")


async def test_a_warning_is_told_as_one() -> None:
    policy = a_policy()
    rule = replace(policy.rules["advice.dose"], action=Action.WARN)
    warned = replace(policy, rules={**policy.rules, "advice.dose": rule})
    engine = DirectEngine(planted={0: (Hit("advice.dose", "", "s2", 0, 1),)})
    event = an_event()

    document = page_of_draft(
        1, event, await judged(event, policy=warned, engine=engine), warned, an_imprint()
    )

    [check] = [c for c in document["guard"]["checks"] if c["outcome"] != "pass"]
    assert (check["id"], check["outcome"], check["subjects"]) == ("advice.dose", "warn", ["s2"])
    assert document["guard"]["verdict"] == "pass"
    assert_fits(document)
