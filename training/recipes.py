"""What each classifier is made of: its examples, its features, and how strongly it is fitted."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from services.guard.analysis import analyse
from services.guard.features import features_of
from training import screening
from training.data_sets import labelled, unread
from training.examples import Example, lines_of

ADVICE = ("train/*.jsonl", "development/advice.jsonl")

# Their words are hidden or foreign: other rules see to these, and surface words would mislead.
_HIDDEN = frozenset(
    ("unicode", "encoding", "markup-smuggling", "injection-output", "other-languages")
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one classifier is made; with `only` it is that label against every other."""

    about: str
    examples: Callable[[], Sequence[Example]]
    features: Callable[[str], Collection[str]]
    strength: float = 20.0
    least: int = 2
    weakest: float = 0.0
    only: str = ""


def sentences(*patterns: str) -> tuple[Example, ...]:
    """Read labelled sentences: what must stop keeps its rule, all else is `pass`."""
    return tuple(
        Example(
            line["text"],
            line["class"] if line["expected"] == "stop" else "pass",
            file,
            line["attack"] or "",
        )
        for file, line in lines_of(*patterns)
        if line.get("kind") == "sentence" and line["attack"] not in _HIDDEN
    )


def _all() -> tuple[Example, ...]:
    authored = (e for e in sentences(*ADVICE) if e.label == "pass" or e.label.startswith("advice."))
    return (*authored, *labelled())


def _advice() -> tuple[Example, ...]:
    two = (e if e.label == "pass" else replace(e, label="stop") for e in _all())
    return (*two, *unread())


def _rules() -> tuple[Example, ...]:
    return tuple(e for e in _all() if e.label != "pass")


def _grammar(text: str) -> Collection[str]:
    return features_of(analyse(text).text)


RECIPES: Mapping[str, Recipe] = {
    "screening": Recipe(
        about="Says what should become of a question, where no rule does.",
        examples=screening.examples,
        features=screening.features,
        weakest=0.2,
    ),
    "advice": Recipe(
        about="Tells a sentence that gives individual medical advice from one that does not.",
        examples=_advice,
        features=_grammar,
        strength=30.0,
        least=3,
        weakest=0.2,
        only="stop",
    ),
    "rule": Recipe(
        about="Names the rule that a sentence breaks which the classifier `advice` has stopped.",
        examples=_rules,
        features=_grammar,
        strength=20.0,
        least=4,
        weakest=0.2,
    ),
}
