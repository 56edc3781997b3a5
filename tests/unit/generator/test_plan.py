from caveat.model import Intent
from services.generator import plan


def test_every_intent_has_a_plan_of_known_facets() -> None:
    assert set(plan.PLAN) == set(Intent)
    for facets in plan.PLAN.values():
        assert len(set(facets)) == len(facets)
        assert set(facets) <= set(plan.NAMES)
    assert set(plan.QUESTIONS) <= set(plan.NAMES)
    assert set(plan.ASPECTS) == set(plan.NAMES)
    for facet, words in plan.GAPS.items():
        assert words <= plan.ASPECTS[facet], facet


def test_no_fixed_sentence_is_addressed_to_the_reader_as_advice() -> None:
    for text in (*plan.QUESTIONS.values(), *map(plan.gap_text, plan.NAMES)):
        assert text.endswith(("?", "."))
        assert "you should" not in text.casefold()
