"""Builders of the guard's tests: a small corpus, drafts over it, and a judge."""

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from caveat.attestation import Signer, Verifier, sha256_hex
from caveat.model import (
    AnswerDrafted,
    AnswerGuarded,
    Block,
    BlockType,
    Code,
    ConclusionCode,
    Disposition,
    Draft,
    DraftCitation,
    DraftSentence,
    Evidence,
    Gap,
    Intent,
    Item,
    Passage,
    QuestionConcluded,
    QuestionToAsk,
    Quote,
    RankedPassage,
    RestsOn,
    RoutedQuestion,
    Section,
    Source,
    SourceType,
    Topic,
)
from services.guard.examination import Examination, Hit, state
from services.guard.judge import Judge
from services.guard.policy import Policy
from services.guard.policy_file import load_policy
from services.guard.validators.advice import check
from tests.builders import a_question_id
from tests.unit.guard.fakes import DirectEngine, FakeCorpus, FakeDecisionStore

ROOT = Path(__file__).parents[3]
POLICY_PATH = ROOT / "policies" / "consumer" / "2026.11.4.yaml"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

FIRST = "Azacitidine is used in higher-risk MDS."
SECOND = "It is given under the skin or into a vein."
THIRD = "About half of the participants responded."
OFFSET = 37  # the passages begin somewhere inside their source's text
TEXT = f"{FIRST} {SECOND}\n{THIRD}"


@cache
def a_policy() -> Policy:
    return load_policy(POLICY_PATH)


def a_passage(text: str = TEXT, passage_id: str = "psg_one", source_id: str = "src_one") -> Passage:
    return Passage(passage_id, source_id, "Treatment", "treatment", text, OFFSET, "MDS")


def a_source(
    source_id: str = "src_one", kind: SourceType = SourceType.DEMONSTRATION_NOTE
) -> Source:
    return Source(
        source_id=source_id,
        type=kind,
        title="Azacitidine and MDS",
        publisher="Caveat demonstration notes",
        url="https://example.org/azacitidine",
        updated_on=None,
        retrieved_at=NOW,
        licence="Apache-2.0",
        text_sha256="0" * 64,
        tier=4,
        rests_on=RestsOn("A review", "A journal", SourceType.REVIEW, "2022"),
    )


def an_evidence(*passages: Passage, sources: Iterable[Source] = (a_source(),)) -> Evidence:
    ranked = tuple(RankedPassage(passage, 1000) for passage in passages or (a_passage(),))
    return Evidence(
        "corpus-1", (SourceType.DEMONSTRATION_NOTE,), ranked, tuple(sources), "2026-11-20"
    )


def a_citation(exact: str, passage: Passage | None = None, /, **changes: Any) -> DraftCitation:
    passage = passage or a_passage()
    start = passage.text.index(exact)
    end = start + len(exact)
    quote = Quote(
        exact=exact,
        prefix=passage.text[max(0, start - 8) : start],
        suffix=passage.text[end : end + 8],
        start=passage.start + start,
        end=passage.start + end,
    )
    return DraftCitation(passage.passage_id, replace(quote, **changes))


def a_cited(sentence_id: str, text: str, passage: Passage | None = None) -> DraftSentence:
    """Make a sentence that rests on its own words in the passage."""
    return DraftSentence(sentence_id, text, (a_citation(text, passage),))


def a_section(*sentence_ids: str, kind: str = "treatment", as_list: bool = False) -> Section:
    if as_list:
        return Section(kind, (Block(BlockType.LIST, tuple(Item((s,)) for s in sentence_ids)),))
    return Section(kind, (Block(BlockType.PARAGRAPH, (Item(sentence_ids),)),))


ASKED = "Which treatments are used for my type of illness?"
MISSING = "The sources searched hold nothing on clinical trials for this question."


def a_draft(*extra: DraftSentence, **changes: Any) -> Draft:
    """Make a draft that passes: a summary, two sections, a question and a gap."""
    draft = Draft(
        composer="extractive/1",
        sentences=(
            a_cited("s1", FIRST),
            a_cited("s2", SECOND),
            a_cited("s3", THIRD),
            DraftSentence("s4", ASKED),
            DraftSentence("s5", MISSING),
            *extra,
        ),
        summary=("s1",),
        sections=(
            a_section("s1", "s2"),
            a_section("s3", *(s.sentence_id for s in extra), kind="outlook", as_list=True),
        ),
        questions_to_ask=(QuestionToAsk("s4", ("s1", "s3")),),
        gaps=(Gap("s5", "trials"),),
    )
    return replace(draft, **changes)


def a_question(**changes: Any) -> RoutedQuestion:
    text = changes.pop("text", "How is azacitidine used in MDS?")
    question = RoutedQuestion(
        question_id=a_question_id(),
        text=text,
        redacted=False,
        lang="en",
        region="US",
        audience="patient",
        asked_on="2026-11-22",
        topic=Topic("Myelodysplastic syndromes (MDS)", (Code("NCIt", "C3247"),)),
        intent=Intent.TREATMENT,
        disposition=Disposition.ANSWER,
        search_text=text,
        digest=sha256_hex(text.encode()),
    )
    return replace(question, **changes)


def an_event(draft: Draft | None = None, **changes: Any) -> AnswerDrafted:
    event = AnswerDrafted(a_question(), an_evidence(), draft or a_draft())
    return replace(event, **changes)


def an_advised(text: str, sentence_id: str = "s6") -> DraftSentence:
    """Make a sentence that only the advice rules can stop: it is in the passage, word for word."""
    passage = an_advising_passage(text)
    return a_cited(sentence_id, text, passage)


def an_advising_passage(text: str) -> Passage:
    return a_passage(text, "psg_two")


def a_signer() -> Signer:
    return Signer(OKPKey.generate_key("Ed25519"))


def a_verifier(signer: Signer) -> Verifier:
    return Verifier({signer.key_id: signer.key})


def a_judge(**changes: Any) -> Judge:
    answers = itertools.count(1)
    fields: dict[str, Any] = {
        "policy": a_policy(),
        "engine": DirectEngine(),
        "corpus": FakeCorpus([a_passage()], [a_source()]),
        "store": FakeDecisionStore(),
        "signer": a_signer(),
        "now": lambda: NOW,
        "new_answer_id": lambda: f"ans_{next(answers):026}",
    }
    return Judge(**(fields | changes))


def an_examination(*sentences: DraftSentence, **changes: Any) -> Examination:
    passage = a_passage()
    by_id: Mapping[str, Passage] = {passage.passage_id: passage}
    statements = tuple(state(sentence, a_policy()) for sentence in sentences)
    return replace(Examination(a_policy(), statements, by_id, by_id), **changes)


def advice_hits(text: str) -> tuple[Hit, ...]:
    policy = a_policy()
    return tuple(check(Examination(policy, (state(DraftSentence("s1", text), policy),))))


def advice_rules(text: str) -> set[str]:
    return {hit.rule_id for hit in advice_hits(text)}


ADVICE = "You should stop taking lenalidomide."


def a_judge_with(text: str = ADVICE, **changes: Any) -> Judge:
    """Make a judge whose corpus holds a passage of advice, word for word."""
    corpus = FakeCorpus([a_passage(), an_advising_passage(text)], [a_source()])
    return a_judge(corpus=corpus, **changes)


def an_event_with(*texts: str, draft: Draft | None = None, **changes: Any) -> AnswerDrafted:
    text = texts[0] if texts else ADVICE
    evidence = an_evidence(a_passage(), an_advising_passage(text))
    return an_event(draft or a_draft(an_advised(text)), evidence=evidence, **changes)


async def decided(judge: Judge, event: AnswerDrafted, **options: Any) -> AnswerGuarded:
    fields: dict[str, Any] = {"version": 1, "trace_id": "0" * 32} | options
    return await judge.decide_draft(event, **fields)


def document_of(answer: AnswerGuarded) -> dict[str, Any]:
    return dict(json.loads(answer.document))


def record_of(answer: AnswerGuarded) -> dict[str, Any]:
    return dict(json.loads(answer.decision))


async def concluded(code: ConclusionCode, region: str = "US", **changes: Any) -> dict[str, Any]:
    judge = a_judge()
    event = QuestionConcluded(a_question_id(), code, "router", region=region, **changes)
    answer = await judge.decide_conclusion(event, version=1, trace_id="")
    a_verifier(judge.signer).verify(answer.document, answer.jws)
    return dict(json.loads(answer.document))


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    else:
        yield value


def references(document: dict[str, Any]) -> set[str]:
    placed = set(document["summary"]["sentences"])
    for section in document["sections"]:
        for block in section["blocks"]:
            groups = block["items"] if block["type"] == "list" else [block["sentences"]]
            placed.update(*groups)
    for question in document["questions_to_ask"]:
        placed |= {question["sentence"], *question["because"]}
    placed |= {gap["sentence"] for gap in document["gaps"]}
    placed |= {s for c in document["citations"].values() for s in c["supports"]}
    placed |= set((document["care"] or {"text": []})["text"])
    return placed | set((document["outcome"] or {"explain": []})["explain"])
