"""`caveat check` and the service find the same, whatever they are asked about.

The service runs here as it is called: over its servicer, with messages of the wire.
"""

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from caveat import wire
from caveat.model import (
    AnswerDrafted,
    Block,
    BlockType,
    Disposition,
    Draft,
    DraftCitation,
    DraftSentence,
    Finding,
    Item,
    Passage,
    Quote,
    Section,
)
from caveat.v1 import guard_service_pb2 as pb
from services.guard.checking import check_line
from services.guard.rpc import GuardServicer
from tests.unit.guard import advice_sentences
from tests.unit.guard.builders import (
    FIRST,
    TEXT,
    a_judge,
    a_policy,
    a_question,
    a_source,
    an_evidence,
)
from tests.unit.guard.fakes import FakeCorpus

# They look at what a sentence alone does not have.
_OF_THE_PAGE = ("disclaimer.", "disclosure.")


def sentences() -> Iterator[str]:
    """Yield every example sentence of this repository: of its tests, and of its policy."""
    for name in dir(advice_sentences):
        group = getattr(advice_sentences, name)
        if name.isupper():
            yield from _texts(group)
    for rule in a_policy().rules.values():
        yield from (*rule.fires_on, *rule.passes)
    yield from (FIRST, TEXT, "", " ", "St\u200bop taking it.", "x" * 5_000, "<b>Stop</b> it.")


def _texts(group: Any) -> Iterator[str]:
    if isinstance(group, str):
        yield group
    elif isinstance(group, dict):
        for inner in group.values():
            yield from _texts(inner)
    elif isinstance(group, tuple | list | set | frozenset):
        for inner in group:
            yield from _texts(inner)


SENTENCES = tuple(dict.fromkeys(text for text in sentences() if text.strip()))


class Context:
    """What a servicer is given beside the message; it must not be needed."""

    def invocation_metadata(self) -> tuple[()]:
        return ()

    async def abort(self, code: object, details: str) -> None:
        raise AssertionError(f"the service aborted: {code} {details}")


def a_draft_of(text: str, *citations: DraftCitation) -> Draft:
    paragraph = Block(BlockType.PARAGRAPH, (Item(("s1",)),))
    sentence = DraftSentence("s1", text, citations)
    return Draft("extractive/1", (sentence,), ("s1",), (Section("status", (paragraph,)),))


async def judged(draft: Draft, passage: Passage | None = None) -> list[tuple[Any, ...]]:
    """Ask the service; keep what the first round found in the sentence."""
    passages = (passage,) if passage else ()
    judge = a_judge(corpus=FakeCorpus(passages, [a_source("src_given")]))
    evidence = an_evidence(*passages, sources=(a_source(), a_source("src_given")))
    event = AnswerDrafted(a_question(), evidence, draft)
    request = pb.JudgeDraftRequest(
        question=wire.to_proto(event.question),
        evidence=wire.to_proto(event.evidence),
        draft=wire.to_proto(event.draft),
    )
    reply = await GuardServicer(judge).JudgeDraft(request, Context())
    found = [wire.from_proto(Finding, finding) for finding in reply.findings]
    return sorted(
        (f.rule_id, str(f.severity), f.start, f.end, f.message)
        for f in found
        if f.sentence and not f.rule_id.startswith(_OF_THE_PAGE)
    )


def checked(**given: str) -> list[tuple[Any, ...]]:
    told = check_line(json.dumps(given), a_policy())
    return sorted(
        (f["rule_id"], f["severity"], f["start"], f["end"], f["message"]) for f in told["findings"]
    )


def test_there_are_many_sentences_to_compare() -> None:
    assert len(SENTENCES) > 250


@pytest.mark.parametrize("text", SENTENCES)
async def test_a_sentence_alone(text: str) -> None:
    found = await judged(a_draft_of(text))

    # A sentence alone is not asked for its source by `caveat check`.
    assert [f for f in found if not f[0].startswith("citation.")] == checked(text=text)


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("whole", [True, False])
async def test_a_sentence_with_its_passage(text: str, whole: bool) -> None:
    body = unicodedata.normalize("NFC", f"{FIRST} {text}" if whole else FIRST)
    passage = Passage("psg_given", "src_given", "", "", body, 0, "")
    citation = DraftCitation("psg_given", Quote(body, "", "", 0, len(body)))

    found = await judged(a_draft_of(text, citation), passage)

    assert found == checked(text=text, passage=body)


@pytest.mark.parametrize("text", SENTENCES)
async def test_a_question(text: str) -> None:
    for lang in ("", "en", "fr"):
        request = pb.ScreenQuestionRequest(text=text, lang=lang)
        reply = await GuardServicer(a_judge()).ScreenQuestion(request, Context())
        found = [wire.from_proto(Finding, finding) for finding in reply.findings]

        told = check_line(json.dumps({"question": text, "lang": lang}), a_policy())

        member = wire.question_pb2.Disposition.Name(reply.disposition)
        assert Disposition[member.removeprefix("DISPOSITION_")] == told["disposition"]
        assert [(f.rule_id, f.start, f.end) for f in found] == [
            (f["rule_id"], f["start"], f["end"]) for f in told["findings"]
        ]
