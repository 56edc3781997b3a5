"""Replaying the draft of a model asks nobody to write it again."""

from tests.unit.guard.builders import a_judge, a_passage, a_source, decided
from tests.unit.guard.fakes import FakeCorpus
from tests.unit.guard.redrafting_fakes import FakeRedrafter
from tests.unit.guard.test_redrafting import OTHER, an_event_of


async def test_a_replay_of_a_models_draft_has_nothing_redrafted() -> None:
    redrafter = FakeRedrafter()
    corpus = FakeCorpus([a_passage(), OTHER], [a_source()])
    judge = a_judge(corpus=corpus, redrafter=redrafter)
    await decided(judge, an_event_of())
    assert len(redrafter.asked) == 1  # so there is something that could be written again

    _, recorded, judgement = await judge.replay(1)

    assert len(redrafter.asked) == 1
    assert judgement.verdict == recorded == "pass_with_edits"
