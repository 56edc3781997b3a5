import json
from dataclasses import replace

import pytest

from caveat.errors import MalformedEvent, UpstreamUnavailable
from caveat.model import DraftSentence, Verdict
from services.guard.examination import Hit
from tests.unit.guard.builders import (
    ADVICE,
    FIRST,
    a_draft,
    a_judge,
    a_judge_with,
    a_passage,
    a_source,
    an_advised,
    an_advising_passage,
    an_event,
    an_event_with,
    decided,
    document_of,
    record_of,
)
from tests.unit.guard.fakes import DirectEngine, FakeCorpus, FakeDecisionStore


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
