import copy
from collections.abc import Mapping
from typing import Any

import pytest

from services.guard.validators import disclosure
from tests.unit.guard.builders import a_judge, an_event, an_examination
from tests.unit.guard.fakes import DirectEngine


@pytest.fixture
async def page() -> dict[str, Any]:
    """Assemble the page of a draft that passes, as the rules see it."""
    engine = DirectEngine()
    await a_judge(engine=engine).judge(an_event())
    document = engine.seen[0].document
    assert document is not None
    return copy.deepcopy(dict(document))


def rules(document: Mapping[str, Any] | None) -> list[str]:
    return [h.rule_id for h in disclosure.check(an_examination(document=document))]


def test_has_nothing_to_say_of_a_draft_alone() -> None:
    assert rules(None) == []


def test_lets_an_assembled_page_pass(page: dict[str, Any]) -> None:
    assert rules(page) == []


@pytest.mark.parametrize("place", ["top", "closing"])
@pytest.mark.parametrize("index", [0, 5, -1])
def test_notices_one_altered_character(page: dict[str, Any], place: str, index: int) -> None:
    text = list(page["disclaimers"][place]["text"])
    text[index] = "x"
    page["disclaimers"][place]["text"] = "".join(text)

    assert rules(page) == ["disclaimer.altered"]


@pytest.mark.parametrize(
    "changed", [{"version": 2}, {"id": "disc.other"}, {"note": "softer"}, {"text": ""}]
)
def test_notices_any_other_change(page: dict[str, Any], changed: dict[str, Any]) -> None:
    page["disclaimers"]["top"] |= changed

    assert rules(page) == ["disclaimer.altered"]


@pytest.mark.parametrize("place", ["top", "closing"])
def test_notices_a_missing_disclaimer(page: dict[str, Any], place: str) -> None:
    del page["disclaimers"][place]

    assert rules(page) == ["disclaimer.missing"]


def test_notices_that_there_is_no_disclaimer_at_all(page: dict[str, Any]) -> None:
    del page["disclaimers"]

    assert rules(page) == ["disclaimer.missing"] * 2


def test_swapped_disclaimers_are_altered(page: dict[str, Any]) -> None:
    shown = page["disclaimers"]
    shown["top"], shown["closing"] = shown["closing"], shown["top"]

    assert rules(page) == ["disclaimer.altered"] * 2


def test_notices_a_missing_or_altered_demonstration_label(page: dict[str, Any]) -> None:
    [label] = page["notices"]

    page["notices"] = [{**label, "text": label["text"] + " "}]
    assert rules(page) == ["disclaimer.missing"]
    page["notices"] = []
    assert rules(page) == ["disclaimer.missing"]


def test_other_sources_need_no_demonstration_label(page: dict[str, Any]) -> None:
    page["notices"] = []
    for source in page["sources"].values():
        source["type"] = "guideline"

    assert rules(page) == []


@pytest.mark.parametrize("generator", [None, ""])
def test_notices_that_the_page_does_not_name_its_software(
    page: dict[str, Any], generator: str | None
) -> None:
    page["by"]["generator"] = generator

    assert rules(page) == ["disclosure.ai_generated"]


def test_a_fixed_page_has_no_generator(page: dict[str, Any]) -> None:
    page["by"]["generator"] = None
    page["sections"] = []

    assert rules(page) == []
