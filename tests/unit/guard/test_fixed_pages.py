import json
from dataclasses import replace

import pytest

from caveat.model import ConclusionCode, QuestionConcluded
from services.gateway.regions import REGIONS as EVERYWHERE
from services.guard.document import Imprint
from services.guard.policy import EU, Contact
from services.guard.publication import page_of_conclusion, unsound
from tests.builders import a_question_id
from tests.unit.guard.builders import (
    NOW,
    a_judge,
    a_passage,
    a_policy,
    a_source,
    concluded,
    leaves,
    references,
)
from tests.unit.guard.fakes import FakeCorpus

STATUS = {
    "nothing_found": "insufficient_evidence",
    "too_little_left": "insufficient_evidence",
    "failed": "failed",
}
REGIONS = ["US", "GB", "IE", "CA", "AU", "NZ", "ES", "FR", "", "ZZ"]


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("code", ConclusionCode)
async def test_every_code_has_a_page_everywhere(code: ConclusionCode, region: str) -> None:
    document = await concluded(code, region)

    assert document["status"] == STATUS.get(code, "refused")
    assert document["status_reason"] == document["outcome"]["code"] == code
    assert document["title"] == a_policy().pages[code].title
    assert document["question"]["text"] is None
    assert (document["sections"], document["citations"]) == ([], {})
    assert set(document["disclaimers"]) == {"top", "closing"}
    assert references(document) == set(document["sentences"])
    assert document["outcome"]["explain"]
    assert document["outcome"]["you_can"]
    assert bool(document["care"]) is (code in ("emergency", "crisis"))
    assert not any(isinstance(leaf, float) for leaf in leaves(document))


# As the European Union writes them, and Greece as itself too.
MEMBERS = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "GR", "HR", "HU",
        "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip


def test_every_code_has_a_sound_page_in_every_region_of_the_world() -> None:
    imprint = Imprint("ans_" + "0" * 26, a_question_id(), 1, NOW, "")
    for code in ConclusionCode:
        for region in ("", *sorted(EVERYWHERE), *MEMBERS):
            event = QuestionConcluded(imprint.question_id, code, "router", region=region)
            page = page_of_conclusion(1, event, a_policy(), imprint)
            assert unsound(page) == ""
            assert page["status_reason"] == code
            contacts = (page["care"] or {"contacts": []})["contacts"]
            assert bool(contacts) is (code in ("emergency", "crisis")), (code, region)


def test_every_member_of_the_union_is_given_its_number() -> None:
    page = a_policy().pages[ConclusionCode.EMERGENCY]

    assert MEMBERS == EU
    for region in MEMBERS:
        assert [c.tel for c in a_policy().contacts_for(page, region)] == ["112"], region


def test_a_member_has_its_own_contacts_and_those_of_the_union_each_number_once() -> None:
    contacts = (
        Contact("A line", "024", "ES"),
        Contact("Emergency services", "112", "EU"),
        Contact("Emergencias", "112", "ES"),
        Contact("Everywhere", "000", ""),
    )
    page = replace(a_policy().pages[ConclusionCode.CRISIS], contacts=contacts)

    assert [c.label for c in a_policy().contacts_for(page, "ES")] == ["A line", "Emergencias"]
    assert [c.label for c in a_policy().contacts_for(page, "FR")] == ["Emergency services"]
    assert [c.label for c in a_policy().contacts_for(page, "US")] == ["Everywhere"]
    assert [c.label for c in a_policy().contacts_for(page, "")] == ["Everywhere"]


@pytest.mark.parametrize(
    ("region", "numbers"),
    [
        ("US", {"911"}),
        ("CA", {"911"}),
        ("GB", {"999"}),
        ("IE", {"112"}),
        ("AU", {"000"}),
        ("NZ", {"111"}),
        ("ES", {"112"}),
        ("FR", {"112"}),
        ("", {"911", "112", "999", "000", "111"}),
        ("ZZ", {"911", "112", "999", "000", "111"}),
    ],
)
async def test_an_emergency_names_the_number_of_the_region(region: str, numbers: set[str]) -> None:
    care = (await concluded(ConclusionCode.EMERGENCY, region))["care"]

    assert care["level"] == "emergency"
    assert {c["tel"] for c in care["contacts"]} == numbers
    assert len({(c["tel"], c["label"]) for c in care["contacts"]}) == len(care["contacts"])


@pytest.mark.parametrize(
    ("region", "numbers"),
    [
        ("US", {"988", "911"}),
        ("CA", {"988", "911"}),
        ("GB", {"116123", "999"}),
        ("IE", {"116123", "112"}),
        ("AU", {"000"}),
        ("NZ", {"111"}),
        ("ES", {"112"}),
        ("FR", {"112"}),
        ("ZZ", {"988", "116123", "112", "911", "999", "000"}),
    ],
)
async def test_a_crisis_names_a_line_or_at_least_the_emergency_number(
    region: str, numbers: set[str]
) -> None:
    care = (await concluded(ConclusionCode.CRISIS, region))["care"]

    assert {c["tel"] for c in care["contacts"]} >= numbers


async def test_what_is_nearest_is_offered_once_for_each_source() -> None:
    two = a_passage("Another text.", "psg_two")
    judge = a_judge(corpus=FakeCorpus([a_passage(), two], [a_source()]))
    event = QuestionConcluded(
        a_question_id(),
        ConclusionCode.NOTHING_FOUND,
        "retriever",
        nearest_passage_ids=("psg_one", "psg_two", "psg_gone"),
    )

    answer = await judge.decide_conclusion(event, version=1, trace_id="")

    steps = json.loads(answer.document)["outcome"]["you_can"]
    assert [s for s in steps if s["href"] == "https://example.org/azacitidine"] == [
        {
            "label": "Azacitidine and MDS (Caveat demonstration notes)",
            "href": "https://example.org/azacitidine",
        }
    ]


async def test_a_conclusion_asks_the_retriever_for_nothing_it_does_not_need() -> None:
    corpus = FakeCorpus([], [])
    corpus.away = True
    event = QuestionConcluded(a_question_id(), ConclusionCode.CRISIS, "router")

    answer = await a_judge(corpus=corpus).decide_conclusion(event, version=1, trace_id="")

    assert json.loads(answer.document)["status"] == "refused"
