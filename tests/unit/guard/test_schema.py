"""The published schema: what the guard signs fits it, and nothing else does."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from caveat.model import (
    Action,
    ConclusionCode,
    Disposition,
    QuestionConcluded,
)
from services.guard.examination import Hit
from services.guard.publication import (
    page_of_conclusion,
    page_of_draft,
    unsound,
)
from services.guard.schema import ANSWER, misfit, schema_of
from tests.builders import a_document, a_question_id, a_refusal
from tests.unit.guard.builders import (
    a_passage,
    a_policy,
    a_question,
    a_source,
    an_event,
)
from tests.unit.guard.fakes import DirectEngine
from tests.unit.guard.pages import (
    VALIDATOR,
    a_page,
    an_edited_page,
    an_imprint,
    assert_fits,
    judged,
)


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
