"""Turn an answer document into the page that a reader sees. Pure: same document, same page."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from caveat.errors import MalformedEvent
from caveat.readable import day, kind_of_source, safe_url
from services.renderer.document import Node
from services.renderer.page import (
    CARE_ALONE,
    PUBLISHED,
    STATUSES,
    Block,
    Care,
    Checked,
    Contact,
    Edit,
    Gap,
    Mark,
    Outcome,
    Page,
    Question,
    Section,
    Sentence,
    Sentences,
    Term,
    Way,
)
from services.renderer.pieces import pieces_of
from services.renderer.sources import chip_label, listed_sources, source_numbers
from services.renderer.wording import care_level, fallback, reason_of_edit

SCHEMA = "caveat/answer/1"

# Ids become parts of addresses.
_ANSWER_ID, _CITATION_ID = re.compile(r"ans_[a-z0-9]{1,64}"), re.compile(r"c[0-9]{1,6}")
_TERM_ID = re.compile(r"t[0-9]{1,6}")
_TELEPHONE = re.compile(r"\+?[0-9][0-9 ()./-]{1,30}")
_LOCAL_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9/_.~?=&%#-]*")


def page_of(document: Mapping[str, Any], sha256: str) -> Page:
    """Lay out a document whose bytes hash to `sha256`. Raises MalformedEvent."""
    root = Node(document)
    topic, outcome = root.child_or_none("topic"), root.child_or_none("outcome")
    _check_kind(root, outcome)
    told = _Sentences(root)
    guard, dates, disclaimers = root.child("guard"), root.child("dates"), root.child("disclaimers")
    return Page(
        answer_id=_id(root.text("id"), _ANSWER_ID),
        question_id=root.text("question_id"),
        version=root.number("version"),
        status=root.text("status"),
        lang=root.text("lang"),
        dir=root.text("dir"),
        title=root.text("title"),
        topic=topic.text("label") if topic else "",
        reviewed=root.child("by").fields.get("human_review") is not None,
        evidence_as_of=day(dates.text_or_none("evidence_as_of")),
        answered_on=day(dates.text_or_none("answered_at")),
        notices=tuple(notice.text("text") for notice in root.children("notices")),
        top=disclaimers.child("top").text("text"),
        closing=disclaimers.child("closing").text("text"),
        care=_care(root.child_or_none("care"), told),
        outcome=_outcome(outcome, told),
        summary=told.named(root.child("summary").texts("sentences")),
        sections=tuple(_section(section, told) for section in root.children("sections")),
        gaps=tuple(_gap(gap, told) for gap in root.children("gaps")),
        questions=tuple(_question(one, told) for one in root.children("questions_to_ask")),
        terms=_terms(root, told),
        sources=listed_sources(root, told.numbers),
        checked=_checked(guard, outcome, root.child("by").child_or_none("fallback")),
        decision_id=guard.text("decision_id"),
        sha256=sha256,
        trace_id=root.text("trace_id"),
    )


def _check_kind(root: Node, outcome: Node | None) -> None:
    if (schema := root.text("schema")) != SCHEMA:
        raise MalformedEvent(f"the document's schema is {schema!r}, not {SCHEMA!r}")
    status, direction = root.text("status"), root.text("dir")
    if status not in STATUSES or direction not in ("ltr", "rtl"):
        raise MalformedEvent(f"no page is known for {status!r} in {direction!r}")
    if status != PUBLISHED and outcome is None:
        raise MalformedEvent(f"a document that is {status} says no outcome")


def _id(text: str, form: "re.Pattern[str]") -> str:
    if form.fullmatch(text) is None:
        raise MalformedEvent(f"{text[:60]!r} is no id")
    return text


class _Sentences:
    """Finds sentences by id and gives each the numbers of its sources."""

    def __init__(self, root: Node) -> None:
        self.numbers = source_numbers(root)
        self._sentences = root.entries("sentences")
        self._citations = root.entries("citations")
        self._sources = root.entries("sources")
        self._terms = root.entries("glossary").keys()

    def one(self, sentence_id: str) -> Sentence:
        node = self._sentences.get(sentence_id)
        if node is None:
            raise MalformedEvent(f"there is no sentence {sentence_id!r}")
        marks: dict[int, Mark] = {}
        for cited in node.texts("citations"):
            mark = self._mark(cited)
            marks.setdefault(mark.number, mark)
        pieces = pieces_of(node, self._terms)
        return Sentence(sentence_id, node.text("text"), tuple(marks.values()), pieces)

    def named(self, sentence_ids: Iterable[Any]) -> Sentences:
        return tuple(self.one(sentence_id) for sentence_id in sentence_ids)

    def _mark(self, citation_id: str) -> Mark:
        if _id(citation_id, _CITATION_ID) not in self._citations:
            raise MalformedEvent(f"there is no citation {citation_id!r}")
        source_id = self._citations[citation_id].text("source")
        return Mark(self.numbers[source_id], chip_label(self._sources[source_id]), citation_id)


# --- what stands first ---------------------------------------------------------------------------


def _care(node: Node | None, told: _Sentences) -> Care | None:
    if node is None:
        return None
    return Care(
        care_level(node.text("level")),
        told.named(node.texts("text")),
        tuple(_contact(contact) for contact in node.children("contacts")),
    )


def _contact(node: Node) -> Contact:
    tel = node.text("tel")
    dial = re.sub(r"[^+0-9]", "", tel) if _TELEPHONE.fullmatch(tel) else ""
    return Contact(node.text("label"), tel, dial, node.text_or_none("region") or "")


def _outcome(node: Node | None, told: _Sentences) -> Outcome | None:
    if node is None:
        return None
    ways = tuple(
        Way(way.text("label"), _place(way.text_or_none("href") or ""))
        for way in node.children("you_can")
    )
    return Outcome(
        node.text("code"), node.text("headline"), told.named(node.texts("explain")), ways
    )


def _place(href: str) -> str:
    return href if _LOCAL_PATH.fullmatch(href) else safe_url(href)


# --- the body ------------------------------------------------------------------------------------


def _section(node: Node, told: _Sentences) -> Section:
    blocks = tuple(_block(block, told) for block in node.children("blocks"))
    return Section(node.child("heading").text("text"), blocks)


def _block(node: Node, told: _Sentences) -> Block:
    match kind := node.text("type"):
        case "paragraph":
            return Block(kind, (told.named(node.texts("sentences")),))
        case "list":
            items = tuple(told.named(_ids(item)) for item in node.rows("items"))
            return Block(kind, items, ordered=node.flag("ordered"))
        case "table":
            rows = tuple(
                tuple(told.named(_ids(cell)) for cell in _cells(row)) for row in node.rows("rows")
            )
            caption = node.text_or_none("caption") or ""
            return Block(kind, caption=caption, header=node.texts("header"), rows=rows)
        case _:
            raise MalformedEvent(f"{node.at} is of an unknown type {kind!r}")


def _cells(row: Any) -> list[Any]:
    if not isinstance(row, list):
        raise MalformedEvent("a row of a table is not a list of cells")
    return row


def _ids(cell: Any) -> tuple[str, ...]:
    if not (isinstance(cell, list) and all(isinstance(one, str) for one in cell)):
        raise MalformedEvent("an item of a list or table does not list sentences")
    return tuple(cell)


def _gap(node: Node, told: _Sentences) -> Gap:
    searched = tuple(map(kind_of_source, node.texts("searched")))
    return Gap(told.one(node.text("sentence")), searched, day(node.text_or_none("as_of")))


def _question(node: Node, told: _Sentences) -> Question:
    return Question(told.one(node.text("sentence")), told.named(node.texts("because")))


def _terms(root: Node, told: _Sentences) -> tuple[Term, ...]:
    """List the words explained in the order of their first use: t2 before t10."""
    glossary = sorted(root.entries("glossary").items(), key=lambda entry: (len(entry[0]), entry[0]))
    return tuple(
        Term(_id(term_id, _TERM_ID), word.text("term"), told.one(word.text("sentence")))
        for term_id, word in glossary
    )


# --- how it was checked --------------------------------------------------------------------------


def _checked(guard: Node, outcome: Node | None, stepped_in: Node | None) -> Checked | None:
    coverage = guard.child_or_none("coverage")
    if outcome is not None and (coverage is None or _nothing_to_count(coverage, outcome)):
        return None
    coverage, policy = guard.child("coverage"), guard.child("policy")
    checks = guard.children("checks")
    edits = Counter((e.text("action"), e.text("check")) for e in guard.children("edits"))
    return Checked(
        clinical=coverage.number("clinical"),
        cited=coverage.number("cited"),
        resolved=coverage.number("resolved"),
        removed=coverage.number("removed"),
        checks=len(checks),
        passed=sum(check.text("outcome") == "pass" for check in checks),
        policy_id=policy.text("id"),
        policy_version=policy.text("version"),
        edits=tuple(
            Edit(count, action, reason_of_edit(rule_id), rule_id)
            for (action, rule_id), count in sorted(edits.items())
        ),
        fallback=fallback(stepped_in.text("composer"), stepped_in.text("reason"))
        if stepped_in
        else "",
    )


def _nothing_to_count(coverage: Node, outcome: Node) -> bool:
    drafted = coverage.number("clinical") + coverage.number("removed")
    return drafted == 0 or outcome.text("code") in CARE_ALONE
