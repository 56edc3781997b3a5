"""Print decisions for reading by hand: `python -m evaluation.guard.read --count 100 --seed 1`.

Every class is drawn from in turn, right and wrong decisions alike. Never from the test part.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Sequence

from evaluation.guard.command import the_guard
from evaluation.guard.examining import NAMES, gather
from evaluation.guard.parts import Line, Part, by_group
from evaluation.guard.showing import is_wrong, judged, told

READABLE = tuple(part.value for part in Part if part.readable)


def drawn(lines: Sequence[Line], count: int, seed: int) -> Iterator[Line]:
    """Draw lines: one of each group, again and again, until there are enough."""
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    piles = [chance.sample(mine, len(mine)) for _, mine in by_group(lines)]
    chance.shuffle(piles)
    found = 0
    while found < count and any(piles):
        for pile in piles:
            if pile and found < count:
                found += 1
                yield pile.pop()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the decisions."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.guard.read", description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", choices=READABLE, default="development")
    parser.add_argument("--file", choices=NAMES, help="only this one")
    parser.add_argument("--wrong", action="store_true", help="only what differs from its label")
    options = parser.parse_args(arguments)
    guard, lines = the_guard(), gather(Part(options.part), corpus=False)
    names = [options.file] if options.file else list(lines.files)
    every = [line for name in names for line in lines[name]]
    if options.wrong:
        every = [line for line in every if is_wrong(line, judged(guard, line))]
    for line in drawn(every, options.count, options.seed):
        sys.stdout.write(told(guard, line, judged(guard, line)) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
