"""Where a text uses a word that a definition explains, and where it only looks like it."""

import pytest

from caveat.model import Passage
from caveat.terms import DEFINITION, Vocabulary, names_of


def a_definition(heading: str) -> Passage:
    return Passage(f"psg_{heading}", "src_1", heading, DEFINITION, "It is.", 0, "")


WORDS = Vocabulary(
    map(
        a_definition,
        [
            "myelodysplastic syndromes (MDS) / myelodysplastic syndrome / MDS",
            "erythropoiesis-stimulating agent (ESA) / ESA",
            "CAR T-cell therapy / CAR T-cell / CAR-T",
            "phase 1 trial / phase 1",
            "insulin",
            "insulin resistance",
            "iron chelation therapy",
            "blast",
            "GVHD / graft-versus-host disease",
            "IPSS-R",
        ],
    )
)


def used_in(text: str) -> list[str]:
    return [text[use.start : use.end] for use in WORDS.uses(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Blasts are cells; a blast is one.", ["Blasts", "blast"]),
        ("Myelodysplastic syndromes (MDS) are cancers.", ["Myelodysplastic syndromes (MDS)"]),
        ("Erythropoiesis-stimulating agents (ESAs) help.", [
            "Erythropoiesis-stimulating agents (ESAs)"
        ]),
        ("ESAs help.", ["ESAs"]),
        ("CAR T cells, CAR-T cell therapies and CAR\nT-cell therapy", [
            "CAR T cells", "CAR-T cell therapies", "CAR\nT-cell therapy"
        ]),
        ("A phase 1 trial, a Phase\u20111 study and phase 1.", [
            "phase 1 trial", "Phase\u20111", "phase 1"
        ]),
        ("insulin resistance and insulin", ["insulin resistance", "insulin"]),
        ("Graft versus host disease (GVHD)", ["Graft versus host disease", "GVHD"]),
        ("The IPSS-R score", ["IPSS-R"]),
    ],
)  # fmt: skip
def test_finds_a_word_in_its_spellings(text: str, words: list[str]):
    assert used_in(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "MDS/AML",
        "non-MDS",
        "MDSX and mds",
        "A phase 1/2 trial, phase 1-2, phase 1.5, phase 12",
        "anti-insulin and insulinoma",
        "blastic, a myeloblast",
        "esa is Spanish",
        "IPSS-RX and IPSS",
        "",
    ],
)
def test_finds_no_word_inside_another(text: str):
    assert used_in(text) == []


def test_offsets_count_code_points():
    [use] = WORDS.uses("\U0001d11e \U0001d11e insulin")
    assert (use.start, use.end) == (4, 11)


def test_a_word_is_found_by_name_however_it_is_typed():
    for name in ("mds", " MDS ", "Myelodysplastic Syndrome", "myelodysplastic syndromes (mds)"):
        definition = WORDS.named(name)
        assert definition
        assert names_of(definition)[0] == "myelodysplastic syndromes (MDS)"
    for name in ("", "MDS and insulin", "(?!)", "MDS/AML", "resistance"):
        assert WORDS.named(name) is None


def test_of_two_definitions_of_a_word_the_first_counts():
    one, other = a_definition("blast / cell"), a_definition("cell / blast")
    assert Vocabulary([one, other]).named("blast") == one


@pytest.mark.parametrize("heading", ["", " / ", "(", "[a-z]+ / .*", "\\", "((a)) / b"])
def test_a_heading_is_words_and_never_a_pattern(heading: str):
    vocabulary = Vocabulary([a_definition(heading), a_definition("insulin")])
    [use] = vocabulary.uses("anything at insulin")
    assert use.definition.heading == "insulin"


def test_nothing_is_used_where_nothing_is_defined():
    assert list(Vocabulary(()).uses("MDS")) == []
    assert Vocabulary(()).named("MDS") is None
