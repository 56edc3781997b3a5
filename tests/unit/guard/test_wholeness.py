import copy
from collections.abc import Callable
from typing import Any

import pytest

from services.guard.wholeness import breaks
from tests.builders import a_document
from tests.unit.guard.pages import an_edited_page

Document = dict[str, Any]


def change(path: str, value: Any) -> Callable[[Document], object]:
    def apply(document: Document) -> None:
        node: Any = document
        *steps, last = [int(s) if s.isdigit() else s for s in path.split("/")]
        for step in steps:
            node = node[step]
        node[last] = value

    return apply


def a_term(start: int, end: int, term: str = "t1") -> dict[str, Any]:
    return {"start": start, "end": end, "term": term}


async def test_a_page_holds_together() -> None:
    assert list(breaks(await an_edited_page())) == []


@pytest.mark.parametrize(
    ("apply", "fault"),
    [
        (change("version", 1.0), "/version is not an integer"),
        (change("citations/c1/selector/start", 37.0), "/citations/c1/selector/start is not"),
        (change("summary/sentences", ["s9"]), "s9 is named and is not there"),
        (change("questions_to_ask/0/because", ["s9"]), "s9 is named and is not there"),
        (change("gaps/0/sentence", "s9"), "s9 is named and is not there"),
        (change("sections/0/blocks/0/sentences", ["s9"]), "s9 is named and is not there"),
        (change("glossary/t1", {"term": "x", "sentence": "s9"}), "s9 is named and is not there"),
        (change("gaps", []), "s5 is there and stands nowhere"),
        (change("sentences/s1/citations", []), "s1 is clinical and cites nothing"),
        (change("sentences/s1/citations", ["c9"]), "s1 cites c9, which does not support it"),
        (change("sentences/s4/citations", ["c1"]), "s4 cites c1, which does not support it"),
        (change("citations/c1/supports", ["s2"]), "c1 supports s2, which does not cite it"),
        (change("citations/c1/supports", ["s9"]), "c1 supports s9, which does not cite it"),
        (change("citations/c1/source", "src_two"), "c1 is of src_two, which is not there"),
        (change("citations/c1/n", 2), "src_one has two numbers"),
        (change("sources/src_two", {}), "src_two is there and nobody cites it"),
        (change("sentences/s1/spans", [{"start": 0, "end": 999}]), "s1 has a span outside"),
        (change("sentences/s1/spans", [{"start": 5, "end": 5}]), "s1 has a span outside"),
        (change("sentences/s1/terms", [a_term(0, 4)]), "s1 has t1, which is not there"),
        (change("glossary/t1", {"term": "x", "sentence": "s1"}), "t1 is marked 0 times"),
        (change("glossary/t1", {"term": "x", "sentence": "s1"}), "by s1, which is clinical"),
        (change("sentences/s1/terms", [a_term(3, 6), a_term(0, 4)]), "s1 has one mark in another"),
        (change("citations/c1/selector/end", 38), "c1 is not as long as its quote"),
        (change("sections/1/id", "sec1"), "two sections have one id"),
        (change("guard/coverage/clinical", 9), "the coverage is not that of the page"),
        (change("guard/coverage/resolved", 9), "more cited than clinical"),
        (change("guard/verdict", "pass"), "the verdict is not that of the edits"),
        (change("guard/edits/0/sentence", "s1"), "s1 was dropped and is there"),
        (change("outcome", {"code": "failed", "explain": []}), "the outcome's code is not"),
    ],
)
async def test_names_each_break(apply: Callable[[Document], object], fault: str) -> None:
    document = await an_edited_page()
    apply(document)

    assert any(fault in told for told in breaks(document)), list(breaks(document))


async def test_two_sources_need_two_numbers() -> None:
    document = await an_edited_page()
    document["sources"]["src_two"] = document["sources"]["src_one"]
    document["citations"]["c2"]["source"] = "src_two"

    assert "two sources have one number" in list(breaks(document))


async def test_counts_code_points_and_not_bytes() -> None:
    document = await an_edited_page()
    text = "\U0001f9ec" * 3
    document["sentences"]["s4"] |= {"text": text, "spans": [{"start": 0, "end": 3}]}

    assert list(breaks(document)) == []
    document["sentences"]["s4"]["spans"] = [{"start": 0, "end": 4}]
    assert list(breaks(document)) == ["s4 has a span outside its text"]


def test_reads_tables_and_lists() -> None:
    document = copy.deepcopy(a_document())
    block = {"type": "table", "caption": "x", "header": ["x"], "rows": [[["s7"], ["s8"]]]}
    document["sections"][0]["blocks"] = [block, {"type": "list", "items": [["s6"]]}]

    named = {told.split()[0] for told in breaks(document) if "is named" in told}

    assert named == {"s6", "s7", "s8"}
