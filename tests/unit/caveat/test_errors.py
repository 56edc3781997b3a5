import re

import pytest

from caveat import errors
from caveat.errors import CaveatError

ALL = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, CaveatError)
]


def an_error(kind: type[CaveatError]) -> CaveatError:
    return kind("guard")


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    drawn: dict[str, str | None] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"^([│ ├└─]*)([A-Z]\w+)", line):
            depth = len(found[1]) // 4
            path[depth:] = [found[2]]
            drawn[found[2]] = path[depth - 1] if depth else None
    drawn = {name: parent for name, parent in drawn.items() if hasattr(errors, name)}

    in_code = {
        kind.__name__: None if kind is CaveatError else kind.__bases__[0].__name__ for kind in ALL
    }
    assert drawn == in_code


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_a_reason_is_safe_to_label_with_and_its_own(kind: type[CaveatError]) -> None:
    assert re.fullmatch(r"[a-z_]+", kind.reason)
    assert "reason" in vars(kind)
    assert [other for other in ALL if other.reason == kind.reason] == [kind]
    assert kind.__doc__
    assert str(an_error(kind))


def test_an_upstream_names_its_peer() -> None:
    bare, told = errors.UpstreamUnavailable("guard"), errors.UpstreamUnavailable("guard", "slow")

    assert (bare.peer, str(bare)) == ("guard", "guard is unavailable")
    assert str(told) == "guard is unavailable: slow"
