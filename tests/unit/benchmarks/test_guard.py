import json

from benchmarks.guard import Timed, _of_checking, _of_judging
from benchmarks.guard_draft import SENTENCES, check_lines, material
from services.guard.core import hold_together, run_families, settle
from services.guard.examination import examine
from tests.unit.guard.builders import a_policy


def test_the_draft_that_is_timed_has_thirty_cited_sentences_and_passes() -> None:
    given = material(a_policy())
    draft, evidence = given.event.draft, given.event.evidence

    hold_together(draft, evidence)
    assert len(draft.sentences) == SENTENCES
    assert all(sentence.citations for sentence in draft.sentences)
    examination = examine(draft, evidence, given.known, a_policy())
    assert settle(run_families(examination), a_policy()).findings == ()


async def test_the_corpus_knows_what_the_draft_cites() -> None:
    given = material(a_policy())
    wanted = [c.passage_id for s in given.event.draft.sentences for c in s.citations]

    passages, sources = await given.passages(wanted)

    assert set(passages) == set(wanted)
    assert {passage.source_id for passage in passages.values()} == set(sources)


def test_lines_are_those_of_the_command() -> None:
    lines = check_lines(50)

    assert len(lines) == 50
    assert all(set(json.loads(line)) == {"text"} for line in lines)


def test_figures_are_ratios_to_the_bare_engine_of_the_same_round() -> None:
    rounds = [{"whole": 30.0, "core": 10.0, "bare": 2.0, "check": 50.0, "json": 1.0}] * 20
    timed = Timed(rounds, 200.0)

    p50, p95, ratio, *_ = _of_judging(timed)
    assert (p50.estimate.value, p95.estimate.value, ratio.estimate.value) == (30.0, 30.0, 15.0)
    assert p50.holds
    lines, _ = _of_checking(timed)
    assert lines.estimate.value == 2_000
