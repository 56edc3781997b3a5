from dataclasses import replace
from typing import Any

import pytest

from caveat.attestation import sha256_hex
from caveat.errors import CheckCrashed, MalformedEvent, UpstreamUnavailable
from caveat.model import Action, AnswerDrafted, Draft, DraftSentence, Verdict
from services.guard.core import Edit, Judgement
from services.guard.examination import Hit
from services.guard.redrafting import Budget, accepted, can_be_redrafted
from services.guard.rounds import Rounds
from tests.unit.guard.builders import (
    FIRST,
    NOW,
    SECOND,
    THIRD,
    a_citation,
    a_cited,
    a_draft,
    a_passage,
    a_policy,
    a_source,
    an_event,
    an_evidence,
)
from tests.unit.guard.fakes import DirectEngine, FakeCorpus
from tests.unit.guard.redrafting_fakes import Clock, FakeRedrafter

LOOSE = "Azacitidine cures higher-risk MDS."
OTHER = a_passage("Decitabine is used as well.", "psg_two")


def a_loose(sentence_id: str = "s6", text: str = LOOSE) -> DraftSentence:
    """Make what a model writes: a true quote beside words that it does not carry."""
    return DraftSentence(sentence_id, text, (a_citation(FIRST),))


def a_model_draft(*extra: DraftSentence, **changes: Any) -> Draft:
    return a_draft(*(extra or (a_loose(),)), composer="model/m", **changes)


def an_event_of(draft: Draft | None = None) -> AnswerDrafted:
    return an_event(draft or a_model_draft(), evidence=an_evidence(a_passage(), OTHER))


async def judged(
    redrafter: FakeRedrafter | None, event: AnswerDrafted | None = None, **changes: Any
) -> Judgement:
    fields: dict[str, Any] = {
        "policy": a_policy(),
        "engine": DirectEngine(),
        "corpus": FakeCorpus([a_passage(), OTHER], [a_source()]),
        "now": lambda: NOW,
        "clock": Clock(),
        "redrafter": redrafter,
    } | changes
    return await Rounds(**fields).judge(event or an_event_of())


def texts(judgement: Judgement) -> dict[str, str]:
    return {s.sentence_id: s.text for s in judgement.draft.sentences}


async def test_a_sentence_that_fails_is_redrafted_and_judged_again() -> None:
    redrafter = FakeRedrafter([[a_cited("s6", SECOND)]])
    engine = DirectEngine()

    judgement = await judged(redrafter, engine=engine)

    assert judgement.verdict is Verdict.PASS_WITH_EDITS
    assert texts(judgement)["s6"] == SECOND
    assert [one.dropped for one in judgement.rounds] == [(), ()]
    assert judgement.rounds[0].edits == (
        Edit(
            "s6", Action.REDRAFT, "citation.polarity",
            sha256_hex(LOOSE.encode()), sha256_hex(SECOND.encode()),
        ),
    )  # fmt: skip
    assert judgement.fate_of("s6") == "redrafted"
    assert len(engine.seen[1].statements) == 6
    assert engine.seen[1].document is not None
    assert judgement.examination.statements[5].sentence.text == SECOND
    assert judgement.first.statements[5].sentence.text == LOOSE


async def test_the_writer_learns_which_sentences_and_nothing_of_the_rules() -> None:
    redrafter = FakeRedrafter()
    event = an_event_of()

    await judged(redrafter, event)

    [asked] = redrafter.asked
    assert (asked.question, asked.evidence) == (event.question, event.evidence)
    assert asked.sentences == (a_loose(),)
    assert asked.seconds == 3.0


async def test_a_redrafted_sentence_may_cite_another_passage_of_the_evidence() -> None:
    corpus = FakeCorpus([a_passage(), OTHER], [a_source()])
    redrafter = FakeRedrafter([[a_cited("s6", OTHER.text, OTHER)]])

    judgement = await judged(redrafter, corpus=corpus)

    assert texts(judgement)["s6"] == OTHER.text
    assert corpus.asked == [("psg_one", "psg_two")]


async def test_a_redrafted_sentence_that_cites_another_passage_goes() -> None:
    outside = a_passage("Decitabine is used as well.", "psg_three")
    corpus = FakeCorpus([a_passage(), OTHER, outside], [a_source()])
    redrafter = FakeRedrafter([[a_cited("s6", outside.text, outside)]] * 2)

    judgement = await judged(redrafter, corpus=corpus)

    assert "s6" not in texts(judgement)
    assert judgement.verdict is Verdict.PASS_WITH_EDITS
    assert "citation.unknown" in {f.rule_id for f in judgement.findings}


async def test_a_passage_that_only_the_evidence_knows_carries_nothing() -> None:
    corpus = FakeCorpus([a_passage()], [a_source()])
    redrafter = FakeRedrafter([[a_cited("s6", OTHER.text, OTHER)]])

    judgement = await judged(redrafter, corpus=corpus)

    assert "s6" not in texts(judgement)


async def test_there_are_at_most_two_rounds() -> None:
    replies = [[a_loose(text=f"{LOOSE} Surely {n}.")] for n in range(5)]
    redrafter = FakeRedrafter([*replies])

    judgement = await judged(redrafter)

    assert len(redrafter.asked) == 2
    assert "s6" not in texts(judgement)
    assert [e.action for one in judgement.rounds for e in one.edits] == [
        Action.REDRAFT, Action.REDRAFT, Action.DROP,
    ]  # fmt: skip
    assert judgement.verdict is Verdict.PASS_WITH_EDITS
    assert judgement.fate_of("s6") == "dropped"


async def test_what_a_second_round_mends_stays() -> None:
    redrafter = FakeRedrafter([[a_loose(text="Azacitidine heals.")], [a_cited("s6", SECOND)]])

    judgement = await judged(redrafter)

    assert texts(judgement)["s6"] == SECOND
    assert [len(one.edits) for one in judgement.rounds] == [1, 1, 0]


async def test_one_wrong_sentence_never_costs_the_others() -> None:
    draft = a_model_draft(a_loose("s6"), a_loose("s7"), a_loose("s8"))
    redrafter = FakeRedrafter([[a_cited("s6", SECOND), a_loose("s8", "You should stop now.")]])

    judgement = await judged(redrafter, an_event_of(draft))

    kept = texts(judgement)
    assert kept["s6"] == SECOND
    assert {"s7", "s8"}.isdisjoint(kept)
    assert {"s1", "s2", "s3", "s4", "s5"} <= set(kept)
    assert judgement.verdict is Verdict.PASS_WITH_EDITS


@pytest.mark.parametrize(
    "error",
    [
        UpstreamUnavailable("generator"),
        MalformedEvent("a sentence without an id"),
        CheckCrashed("something of theirs"),
        RuntimeError("a fault in the client"),
    ],
)
async def test_a_writer_that_fails_costs_its_sentence_only(error: Exception) -> None:
    judgement = await judged(FakeRedrafter([error]))  # type: ignore[list-item]

    assert judgement.verdict is Verdict.PASS_WITH_EDITS
    assert judgement.rounds[0].dropped == ("s6",)


@pytest.mark.parametrize(
    "came",
    [
        [],
        [a_cited("s99", SECOND)],
        [a_cited("s1", SECOND)],
        [a_cited("", SECOND)],
        [a_loose()],
        [a_cited("s6", SECOND), a_cited("s6", THIRD)],
        [DraftSentence("s6", " ")],
        [DraftSentence("s6", "x" * 200_000)],
    ],
)
async def test_what_was_not_asked_for_is_not_taken(came: list[DraftSentence]) -> None:
    judgement = await judged(FakeRedrafter([came]))

    assert judgement.rounds[0].dropped == ("s6",)
    assert texts(judgement) == {s.sentence_id: s.text for s in a_draft().sentences}


async def test_only_what_the_policy_says_is_redrafted() -> None:
    directive = DraftSentence("s7", "You should stop taking it.", (a_citation(FIRST),))
    redrafter = FakeRedrafter([[a_cited("s6", SECOND), a_cited("s7", SECOND)]])

    judgement = await judged(redrafter, an_event_of(a_model_draft(a_loose(), directive)))

    # The citation rule would have it redrafted too, but advice.directive drops.
    assert redrafter.asked[0].ids == ["s6"]
    assert judgement.rounds[0].dropped == ("s7",)
    assert "s7" not in texts(judgement)


@pytest.mark.parametrize("composer", ["extractive/1", "", "remodel/1", "template"])
async def test_only_a_model_is_asked_again(composer: str) -> None:
    redrafter = FakeRedrafter([[a_cited("s6", SECOND)]])

    await judged(redrafter, an_event_of(replace(a_model_draft(), composer=composer)))

    assert redrafter.asked == []
    assert can_be_redrafted(a_model_draft())


async def test_without_a_writer_everything_is_as_it_was() -> None:
    corpus = FakeCorpus([a_passage(), OTHER], [a_source()])

    judgement = await judged(None, corpus=corpus)

    assert judgement.rounds[0].dropped == ("s6",)
    assert corpus.asked == [("psg_one",)]


async def test_nobody_is_asked_about_a_draft_that_is_refused() -> None:
    redrafter = FakeRedrafter([[a_cited("s6", SECOND)]])
    engine = DirectEngine(planted={0: (Hit("disclaimer.altered", ""),)})

    judgement = await judged(redrafter, engine=engine)

    assert judgement.verdict is Verdict.REFUSE
    assert redrafter.asked == []


async def test_the_three_seconds_are_for_both_rounds_together() -> None:
    clock = Clock(step=1.0)  # each round begins and ends a second apart
    redrafter = FakeRedrafter([[a_loose(text="Azacitidine heals.")], [a_cited("s6", SECOND)]])

    judgement = await judged(redrafter, clock=clock)

    assert [asked.seconds for asked in redrafter.asked] == [3.0, 2.0]
    assert texts(judgement)["s6"] == SECOND


async def test_what_comes_late_is_not_taken() -> None:
    clock = Clock(step=3.5)
    redrafter = FakeRedrafter([[a_cited("s6", SECOND)]])

    judgement = await judged(redrafter, clock=clock)

    assert len(redrafter.asked) == 1
    assert judgement.rounds[0].dropped == ("s6",)


async def test_no_round_begins_when_the_time_is_spent() -> None:
    clock = Clock(step=3.0)
    redrafter = FakeRedrafter([[a_loose(text="Azacitidine heals.")], [a_cited("s6", SECOND)]])

    judgement = await judged(redrafter, clock=clock)

    assert len(redrafter.asked) == 1
    assert "s6" not in texts(judgement)


async def test_a_redraft_that_makes_the_draft_too_large_is_dropped_alone() -> None:
    quotes = (a_citation(FIRST),) * 600
    redrafter = FakeRedrafter([[DraftSentence("s6", SECOND, quotes)]])

    judgement = await judged(redrafter)

    assert judgement.verdict is Verdict.PASS_WITH_EDITS
    assert judgement.rounds[0].dropped == ("s6",)


def test_a_budget_gives_two_rounds_and_what_is_left_of_the_time() -> None:
    clock = Clock()
    budget = Budget(clock)

    assert budget.begin() == 3.0
    clock.seconds += 1.25
    assert budget.end()
    assert budget.begin() == 1.75
    clock.seconds += 1.76
    assert not budget.end()
    assert budget.begin() == 0.0


def test_takes_one_new_sentence_for_each_that_was_asked() -> None:
    asked = [a_loose("s1"), a_loose("s2"), a_loose("s3")]
    came = [a_cited("s1", FIRST), a_loose("s2"), a_cited("s4", FIRST)]

    assert accepted(asked, came) == {"s1": came[0]}
    assert accepted(asked, []) == accepted([], came) == {}
