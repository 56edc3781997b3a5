"""A classifier's file is read as it is, weighed by plain arithmetic, and held to its digest."""

import json
import math

import pytest

from caveat.errors import PolicyMisconfigured
from services.guard.linear import read_linear, shipped

TWO = {
    "format": "caveat-linear-1",
    "classes": ["crisis", "answer"],
    "bias": [-1000, 1000],
    "weights": {"w:die": [3000, -3000], "w:what": [0, 500]},
}
ONE = {**TWO, "classes": ["stop"], "bias": [-500], "weights": {"w:take": [2000]}}


def read(**changes):
    return read_linear(json.dumps({**TWO, **changes}).encode())


def test_adds_weights_over_the_root_of_how_many_features_there_are() -> None:
    scores = read().scores({"w:die", "w:what", "w:unknown", "w:other"})

    assert scores == pytest.approx((-1 + 3 / 2, 1 - 2.5 / 2))


def test_probabilities_of_several_classes_add_up() -> None:
    permille = read().permille({"w:die"})

    assert permille["crisis"] == pytest.approx(1000 / (1 + math.exp(-4)), abs=1)
    assert sum(permille.values()) == pytest.approx(1000, abs=1)


def test_a_single_class_is_yes_against_no() -> None:
    model = read_linear(json.dumps(ONE).encode())

    assert model.permille({"w:take"}) == {"stop": round(1000 / (1 + math.exp(-1.5)))}
    assert model.permille(()) == {"stop": round(1000 / (1 + math.exp(0.5)))}


def test_says_what_a_feature_weighs() -> None:
    assert read().weight("w:die", "answer") == -3000
    assert read().weight("w:nothing", "answer") == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\x80\x04pickle",
        json.dumps({**TWO, "format": "other"}).encode(),
        json.dumps({**TWO, "weights": {"w:die": [1]}}).encode(),
        json.dumps({**TWO, "weights": {"w:die": ["much", 1]}}).encode(),
        json.dumps({**TWO, "bias": [1]}).encode(),
        json.dumps({**TWO, "classes": [], "bias": [], "weights": {}}).encode(),
        b"[" * 100_000,
    ],
)
def test_reads_nothing_but_a_model(content: bytes) -> None:
    with pytest.raises(PolicyMisconfigured):
        read_linear(content)


def test_a_model_that_is_not_there_is_misconfigured() -> None:
    with pytest.raises(PolicyMisconfigured, match="cannot be read"):
        shipped("nothing-of-this-name")
