import time
from dataclasses import replace
from typing import Any

import pytest

from caveat.model import (
    Block,
    BlockType,
    Draft,
    DraftCitation,
    DraftSentence,
    Gap,
    Item,
    QuestionToAsk,
    Section,
    Verdict,
)
from services.guard.checking import check_line
from services.guard.core import Judgement
from services.guard.examination import measure
from services.guard.rounds import Rounds
from tests.unit.guard.builders import (
    FIRST,
    NOW,
    SECOND,
    a_citation,
    a_draft,
    a_passage,
    a_policy,
    a_source,
    an_event,
)
from tests.unit.guard.fakes import DirectEngine, FakeCorpus
from tests.unit.guard.redrafting_fakes import Clock

SIZES = a_policy().rules["form.oversize"].thresholds
LONGEST = SIZES["sentence_characters"]


async def judged(draft: Draft, **changes: Any) -> Judgement:
    fields: dict[str, Any] = {
        "policy": a_policy(),
        "engine": DirectEngine(),
        "corpus": FakeCorpus([a_passage()], [a_source()]),
        "now": lambda: NOW,
        "clock": Clock(),
    }
    return await Rounds(**(fields | changes)).judge(an_event(draft))


def many(count: int, text: str = "It helps.", *citations: DraftCitation) -> list[DraftSentence]:
    return [DraftSentence(f"s{n + 10}", text, citations) for n in range(count)]


async def test_a_sentence_that_is_too_long_goes_unread_and_alone() -> None:
    long = DraftSentence("s6", "You should stop. " * LONGEST, (a_citation(FIRST),))
    corpus_of = replace(long, text=long.text[: LONGEST + 1])

    judgement = await judged(a_draft(corpus_of))

    assert judgement.verdict is Verdict.PASS_WITH_EDITS
    [finding] = judgement.findings
    assert (finding.rule_id, finding.sentence) == ("form.oversize", "s6")
    assert (finding.start, finding.end) == (0, LONGEST + 1)
    assert judgement.rounds[0].dropped == ("s6",)


async def test_the_longest_sentence_is_read() -> None:
    text = ("You should stop. " * LONGEST)[:LONGEST]

    judgement = await judged(a_draft(DraftSentence("s6", text)))

    assert "form.oversize" not in {f.rule_id for f in judgement.findings}
    assert "advice.directive" in {f.rule_id for f in judgement.findings}


@pytest.mark.parametrize(
    ("draft", "what"),
    [
        (a_draft(*many(SIZES["sentences"])), "sentences"),
        (
            a_draft(DraftSentence("s6", SECOND, (a_citation(FIRST),) * SIZES["citations"])),
            "citations",
        ),
        (a_draft(*many(30, "x" * (SIZES["draft_characters"] // 30))), "characters"),
        (a_draft(*many(1, SECOND, a_citation(FIRST, prefix="x" * 60_000))), "characters"),
        (a_draft(gaps=(Gap("s5", "x" * 60_000),)), "characters"),
        (a_draft(summary=("s1",) * 40_000), "characters"),
        (a_draft(questions_to_ask=(QuestionToAsk("s4", ("s1",) * 40_000),)), "characters"),
        (a_draft(questions_to_ask=(QuestionToAsk("s4", ()),) * 40_000), "characters"),
        (a_draft(sections=(Section("", ()),) * 70_000), "characters"),
        (
            a_draft(sections=(Section("x", (Block(BlockType.LIST, (Item(()),) * 70_000),)),)),
            "characters",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_draft_that_is_too_large_is_refused_unread(draft: Draft, what: str) -> None:
    engine, corpus = DirectEngine(), FakeCorpus([a_passage()], [a_source()])

    judgement = await judged(draft, engine=engine, corpus=corpus)

    assert judgement.verdict is Verdict.REFUSE
    assert [(f.rule_id, f.sentence, f.message) for f in judgement.findings] == [
        ("form.oversize", "", f"the draft has too many {what}")
    ]
    [seen] = engine.seen
    assert seen.statements == ()
    assert seen.document is None
    assert corpus.asked == []


async def test_the_largest_draft_is_read() -> None:
    room = SIZES["sentences"] - len(a_draft().sentences)

    judgement = await judged(a_draft(*many(room)))

    assert {f.rule_id for f in judgement.findings} == {"citation.missing"}
    assert judgement.verdict is Verdict.PASS_WITH_EDITS


def test_an_honest_draft_is_far_from_every_limit() -> None:
    assert measure(a_draft(), a_policy()) == ""
    assert measure(a_draft(*many(50, "x" * 300)), a_policy()) == ""


SIZE = 256 * 1024
HOSTILE = {
    "one long sentence": [DraftSentence("s10", ("you can take " * SIZE)[:SIZE])],
    "no blank": [DraftSentence("s10", "a" * SIZE)],
    "many short ones": many(SIZE // 30, "Take it now."),
    "bait": many(SIZE // 2_000, "you take " * 222),
    "the most that is read": many(14, ("you take use try get need " * 200)[:3_990]),
    "the most clauses that are read": many(14, ("take, " * 1_000)[:3_990]),
    "the most sentences that are read": many(180, ("do not, before you take, " * 40)[:300]),
}


@pytest.mark.parametrize("sentences", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_draft_costs_little(sentences: list[DraftSentence]) -> None:
    draft = a_draft()
    hostile = replace(draft, sentences=(*draft.sentences, *sentences))
    began = time.process_time()

    await judged(hostile)

    # About 0.6 s at worst on a slow core; without limits some took more than 4 s.
    assert time.process_time() - began < 3


def test_a_text_alone_is_measured_too() -> None:
    told = check_line('{"text": "' + "x" * (LONGEST + 1) + '"}', a_policy())

    assert not told["allowed"]
    assert [f["rule_id"] for f in told["findings"]] == ["form.oversize"]
