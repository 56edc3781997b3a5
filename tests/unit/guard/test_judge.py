import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from caveat.attestation import sha256_hex
from caveat.errors import ConflictingDraft, MalformedEvent, UpstreamUnavailable, VerificationFailed
from caveat.model import (
    AnswerDrafted,
    AnswerGuarded,
    ConclusionCode,
    Disposition,
    Draft,
    DraftSentence,
    QuestionConcluded,
    SourceType,
    Verdict,
)
from services.guard.examination import Hit
from services.guard.judge import Judge
from tests.builders import a_question_id
from tests.unit.guard.builders import (
    FIRST,
    a_draft,
    a_judge,
    a_passage,
    a_question,
    a_source,
    a_verifier,
    an_advised,
    an_advising_passage,
    an_event,
    an_evidence,
)
from tests.unit.guard.fakes import DirectEngine, FakeCorpus, FakeDecisionStore

ADVICE = "You should stop taking lenalidomide."
CANARY = "canary-7f3a"


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
    return await judge.decide_draft(event, b"the draft's bytes", **fields)


def document_of(answer: AnswerGuarded) -> dict[str, Any]:
    return dict(json.loads(answer.document))


def record_of(answer: AnswerGuarded) -> dict[str, Any]:
    return dict(json.loads(answer.decision))


# --- rounds --------------------------------------------------------------------------------------


async def test_lets_a_sound_draft_pass_in_one_round() -> None:
    judgement = await a_judge().judge(an_event())

    assert judgement.verdict is Verdict.PASS
    assert judgement.findings == ()
    assert judgement.draft == a_draft()


async def test_drops_a_sentence_and_judges_what_is_left_again() -> None:
    engine = DirectEngine()
    judgement = await a_judge_with(engine=engine).judge(an_event_with())

    assert judgement.verdict is Verdict.PASS_WITH_EDITS
    assert [one.dropped for one in judgement.rounds] == [("s6",), ()]
    assert [len(e.statements) for e in engine.seen] == [6, 5]
    assert engine.seen[1].document is not None
    assert "s6" not in engine.seen[1].document["sentences"]


async def test_what_a_later_round_finds_goes_too() -> None:
    engine = DirectEngine(planted={1: (Hit("advice.dose", "", "s3", 0, 1),)})

    judgement = await a_judge_with(engine=engine).judge(an_event_with())

    assert [one.dropped for one in judgement.rounds] == [("s6",), ("s3",), ()]
    assert judgement.verdict is Verdict.PASS_WITH_EDITS


async def test_too_little_is_left_without_its_summary() -> None:
    draft = a_draft(summary=("s6",), sections=a_draft(an_advised(ADVICE)).sections)
    draft = replace(draft, sentences=(*draft.sentences, an_advised(ADVICE)))

    judgement = await a_judge_with().judge(an_event_with(draft=draft))

    assert judgement.verdict is Verdict.INSUFFICIENT_EVIDENCE


async def test_nothing_is_left_of_a_draft_without_sources() -> None:
    bare = a_draft(sentences=tuple(replace(s, citations=()) for s in a_draft().sentences))

    answer = await decided(a_judge(), an_event(bare))

    document = document_of(answer)
    assert document["status"] == "insufficient_evidence"
    assert document["outcome"]["code"] == "too_little_left"
    assert document["guard"]["verdict"] == "insufficient_evidence"
    assert document["guard"]["coverage"]["removed"] == 3
    assert FIRST not in json.dumps(document)


async def test_a_guard_that_never_comes_to_rest_publishes_nothing() -> None:
    planted = {n: (Hit("advice.dose", "", f"s{n + 1}", 0, 1),) for n in range(10)}
    engine = DirectEngine(planted=planted)
    sentences = tuple(replace(s, text=s.text) for s in a_draft().sentences)

    judgement = await a_judge(engine=engine).judge(an_event(a_draft(sentences=sentences)))

    assert judgement.verdict is Verdict.INSUFFICIENT_EVIDENCE
    assert len(engine.seen) == 4


async def test_a_refusing_rule_ends_it_at_once() -> None:
    engine = DirectEngine(planted={0: (Hit("disclaimer.altered", ""),)})

    answer = await decided(a_judge(engine=engine), an_event())

    assert len(engine.seen) == 1
    assert document_of(answer)["outcome"]["code"] == "policy"
    assert record_of(answer)["verdict"] == "refuse"


@pytest.mark.parametrize("family", ["advice", "citation", "disclosure"])
async def test_fails_closed_when_a_family_did_not_report(family: str) -> None:
    answer = await decided(a_judge(engine=DirectEngine(crashed=[family])), an_event())

    document = document_of(answer)
    assert (document["status"], document["outcome"]["code"]) == ("failed", "failed")
    assert record_of(answer)["verdict"] == "failed"
    assert FIRST not in json.dumps(document)


async def test_a_draft_without_a_composer_is_refused() -> None:
    judgement = await a_judge().judge(an_event(a_draft(composer="")))

    assert judgement.verdict is Verdict.REFUSE
    assert [f.rule_id for f in judgement.findings] == ["disclosure.ai_generated"]


async def test_a_citation_outside_the_evidence_drops_its_sentence() -> None:
    outside = an_advised("Decitabine is used too.")
    corpus = FakeCorpus([a_passage(), an_advising_passage("Decitabine is used too.")], [a_source()])

    judgement = await a_judge(corpus=corpus).judge(an_event(a_draft(outside)))

    assert judgement.verdict is Verdict.PASS_WITH_EDITS
    assert [f.rule_id for f in judgement.findings] == ["citation.unknown"]


async def test_fetches_every_cited_passage_once() -> None:
    corpus = FakeCorpus([a_passage()], [a_source()])

    await a_judge(corpus=corpus).judge(an_event())

    assert corpus.asked == [("psg_one",)]


async def test_waits_while_the_retriever_is_away() -> None:
    corpus = FakeCorpus([a_passage()], [a_source()])
    corpus.away = True
    store = FakeDecisionStore()

    with pytest.raises(UpstreamUnavailable):
        await decided(a_judge(corpus=corpus, store=store), an_event())
    assert store.decisions == {}


async def test_a_draft_that_refers_to_unknown_sentences_is_malformed() -> None:
    with pytest.raises(MalformedEvent):
        await decided(a_judge(), an_event(a_draft(summary=("s99",))))


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "\u202e\U000e0041", "1" * 5_000, "\U0001d54a\U0001d565"]
)
async def test_judges_any_text(text: str) -> None:
    judgement = await a_judge().judge(an_event(a_draft(DraftSentence("s6", text))))

    assert judgement.verdict is Verdict.PASS_WITH_EDITS
    assert "s6" not in {s.sentence_id for s in judgement.draft.sentences}


# --- one decision for each question and version --------------------------------------------------


async def test_the_first_writer_wins_and_the_same_bytes_are_given_again() -> None:
    judge = a_judge()
    event = an_event()

    first = await decided(judge, event)
    again = await decided(judge, event, trace_id="1" * 32)

    assert again == first


async def test_twenty_drafts_at_once_are_one_decision() -> None:
    store = FakeDecisionStore()
    judge = a_judge(store=store)
    event = an_event()

    answers = await asyncio.gather(*(decided(judge, event) for _ in range(20)))

    assert set(answers) == {answers[0]}
    assert len(store.decisions) == 1


async def test_decisions_are_numbered_without_a_hole() -> None:
    judge = a_judge()

    answers = [await decided(judge, an_event()) for _ in range(3)]

    assert [record_of(a)["decision_number"] for a in answers] == [1, 2, 3]
    assert [document_of(a)["guard"]["decision_id"] for a in answers] == ["dec_1", "dec_2", "dec_3"]


async def test_a_new_version_is_a_new_decision() -> None:
    judge = a_judge()
    event = an_event()

    first = await decided(judge, event)
    second = await decided(judge, event, version=2)

    assert (first.version, second.version) == (1, 2)
    assert document_of(second)["version"] == 2
    assert record_of(second)["decision_number"] == 2


async def test_a_draft_for_another_question_conflicts_with_the_decision() -> None:
    judge = a_judge()
    event = an_event()
    kept = await decided(judge, event)

    other = replace(event, question=replace(event.question, digest="f" * 64))
    with pytest.raises(ConflictingDraft):
        await decided(judge, other)

    assert await decided(judge, event) == kept


async def test_a_conflict_is_seen_by_the_one_who_comes_second_at_the_same_time() -> None:
    judge = a_judge()
    event = an_event()
    other = replace(event, question=replace(event.question, digest="f" * 64))

    outcomes = await asyncio.gather(
        decided(judge, event), decided(judge, other), return_exceptions=True
    )

    assert [type(o) for o in outcomes].count(ConflictingDraft) == 1
    assert [type(o) for o in outcomes].count(AnswerGuarded) == 1


async def test_a_conclusion_that_came_first_stands() -> None:
    judge = a_judge()
    event = an_event()
    concluded = QuestionConcluded(event.question_id, ConclusionCode.FAILED, "generator")

    first = await judge.decide_conclusion(concluded, version=1, trace_id="")
    late = await decided(judge, event)

    assert late == first


async def test_a_draft_that_came_first_stands() -> None:
    judge = a_judge()
    event = an_event()
    concluded = QuestionConcluded(
        event.question_id, ConclusionCode.FAILED, "generator", digest="e" * 64
    )

    first = await decided(judge, event)

    assert await judge.decide_conclusion(concluded, version=1, trace_id="") == first


# --- the signature and the record ----------------------------------------------------------------


async def test_the_signature_holds_over_the_document_and_over_nothing_else() -> None:
    judge = a_judge()
    answer = await decided(judge, an_event())
    verifier = a_verifier(judge.signer)

    assert verifier.verify(answer.document, answer.jws) == judge.signer.key_id
    for at in (0, len(answer.document) // 2, len(answer.document) - 2):
        changed = bytearray(answer.document)
        changed[at] ^= 1
        with pytest.raises(VerificationFailed):
            verifier.verify(bytes(changed), answer.jws)


RECORD_KEYS = {
    "schema", "decision_number", "decision_id", "question_id", "version", "decided_at",
    "answer_id", "status", "code", "verdict", "policy", "disclaimers", "question_digest",
    "document_sha256", "signature", "key_id", "trace_id", "composer", "corpus_version",
    "draft_sha256", "findings", "rounds", "citations", "stage",
}  # fmt: skip


async def test_the_record_says_what_the_decision_rests_on() -> None:
    judge = a_judge_with()
    event = an_event_with()
    answer = await decided(judge, event)

    record = record_of(answer)

    assert set(record) == RECORD_KEYS
    assert record["question_id"] == event.question_id
    assert record["verdict"] == "pass_with_edits"
    assert record["policy"]["sha256"] == judge.policy.sha256
    assert record["document_sha256"] == sha256_hex(answer.document)
    assert record["draft_sha256"] == sha256_hex(b"the draft's bytes")
    assert record["question_digest"] == event.question.digest
    assert record["signature"] == answer.jws
    assert record["key_id"] == judge.signer.key_id
    assert record["trace_id"] == "0" * 32
    assert record["corpus_version"] == "corpus-1"
    assert record["composer"] == "extractive/1"
    assert record["rounds"] == [{"dropped": ["s6"]}, {"dropped": []}]
    assert {d["id"] for d in record["disclaimers"]} == {
        "disc.top", "disc.close", "notice.demonstration",
    }  # fmt: skip
    [finding] = record["findings"]
    assert (finding["rule_id"], finding["sentence"]) == ("advice.directive", "s6")
    assert ADVICE[finding["start"] : finding["end"]] == "You should stop"
    assert {c["sentence"] for c in record["citations"]} == {"s1", "s2", "s3", "s6"}


async def test_a_conclusions_record_has_the_same_keys() -> None:
    concluded = QuestionConcluded(
        a_question_id(), ConclusionCode.NOTHING_FOUND, "retriever", digest="d" * 64
    )
    answer = await a_judge().decide_conclusion(concluded, version=1, trace_id="")

    record = record_of(answer)

    assert set(record) == RECORD_KEYS
    assert (record["code"], record["stage"]) == ("nothing_found", "retriever")
    assert record["question_digest"] == "d" * 64


async def test_the_record_holds_no_word_of_question_or_answer() -> None:
    question = a_question(text=f"What is {CANARY}?", search_text=CANARY)
    text = f"You should stop {CANARY}."
    answer = await decided(a_judge_with(text), an_event_with(text, question=question))

    assert CANARY.encode() not in answer.decision
    assert b"Azacitidine" not in answer.decision


async def test_a_dropped_sentence_is_nowhere_in_the_document() -> None:
    answer = await decided(a_judge_with(), an_event_with())

    document = document_of(answer)
    assert "lenalidomide" not in answer.document.decode()
    assert document["guard"]["edits"] == [
        {
            "sentence": "s6",
            "action": "drop",
            "check": "advice.directive",
            "reason_code": "advice",
            "before_sha256": sha256_hex(ADVICE.encode()),
        }
    ]
    assert document["guard"]["coverage"] == {
        "clinical": 3, "cited": 3, "resolved": 3, "removed": 1,
    }  # fmt: skip


@pytest.mark.parametrize("crashed", [["advice"], []])
async def test_a_page_without_an_answer_holds_no_word_of_question_or_draft(
    crashed: list[str],
) -> None:
    question = a_question(text=f"What is {CANARY}?")
    planted = {} if crashed else {0: (Hit("disclaimer.altered", ""),)}
    engine = DirectEngine(crashed, planted)

    answer = await decided(a_judge(engine=engine), an_event(question=question))

    assert CANARY.encode() not in answer.document
    assert document_of(answer)["question"]["text"] is None


async def test_a_reframed_question_gets_its_lead_line() -> None:
    question = a_question(disposition=Disposition.REFRAME)

    document = document_of(await decided(a_judge(), an_event(question=question)))

    assert [n["id"] for n in document["notices"]] == ["notice.reframe", "notice.demonstration"]


async def test_other_sources_carry_no_demonstration_label() -> None:
    sources = [a_source(kind=SourceType.GUIDELINE)]
    event = an_event(evidence=an_evidence(sources=sources))

    assert document_of(await decided(a_judge(), event))["notices"] == []
