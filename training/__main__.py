"""Train classifiers of the guard: `python -m training [NAME ...]`, all when none is named."""

import argparse
from collections import Counter
from collections.abc import Sequence
from typing import Any

from training.examples import Example
from training.fitting import fit
from training.recipes import RECIPES, Recipe
from training.shipping import MODELS, ship


def main() -> int:
    """Train what is named, and write each model with its digest and its card."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("name", nargs="*", choices=[[], *sorted(RECIPES)], default=[])
    for name in parser.parse_args().name or sorted(RECIPES):
        recipe = RECIPES[name]
        examples = recipe.examples()
        print(f"{name}: {len(examples)} examples", flush=True)
        features = [recipe.features(example.text) for example in examples]
        labels = [example.label for example in examples]
        model = fit(
            features,
            labels,
            strength=recipe.strength,
            least=recipe.least,
            weakest=recipe.weakest,
            only=recipe.only,
        )
        write(name, model, recipe, examples)
    return 0


def write(name: str, model: dict[str, Any], recipe: Recipe, examples: Sequence[Example]) -> None:
    """Write the model, its digest, and its data card."""
    digest = ship(name, model)
    (MODELS / f"{name}.md").write_text(card(name, model, digest, recipe, examples))
    print(f"{name}: {len(model['weights'])} features")


def card(
    name: str, model: dict[str, Any], digest: str, recipe: Recipe, examples: Sequence[Example]
) -> str:
    """Say what the model is for and what it was made of."""
    counts = Counter((example.file, example.label) for example in examples)
    rows = "\n".join(f"| {file} | {label} | {n} |" for (file, label), n in sorted(counts.items()))
    return f"""# Data card of the classifier `{name}`

{recipe.about}

- Written by `python -m training {name}`; SHA-256 of `{name}.json`: `{digest}`.
- Logistic regression, inverse penalty {recipe.strength:g}, features of at least {recipe.least}
  texts and a weight of {recipe.weakest:g}, classes balanced; {len(model["weights"])} features
  for {", ".join(model["classes"])}.
- Made of sentences that were written for this project (`evaluation/guard/README.md` says by whom
  and how); where the table names MedQuAD (CC BY 4.0) or K-QA (MIT), also of sentences of those,
  which the project does not hold. The examination's test part was not read.
- It knows nothing about whether a sentence is true. What it has not seen it may judge wrongly, in
  both directions; `make evaluate-guard` measures that.

| file | label | examples |
|---|---|---|
{rows}
"""


if __name__ == "__main__":
    raise SystemExit(main())
