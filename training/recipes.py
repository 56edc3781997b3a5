"""What each classifier is made of: its examples, its features, and how strongly it is fitted."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from training import screening
from training.examples import Example


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one classifier is made; with `only` it is that label against every other."""

    about: str
    examples: Callable[[], Sequence[Example]]
    features: Callable[[str], Collection[str]]
    strength: float = 20.0
    least: int = 2
    only: str = ""


RECIPES: Mapping[str, Recipe] = {
    "screening": Recipe(
        "Says what should become of a question, where no rule does.",
        screening.examples,
        screening.features,
    ),
}
