import pytest

from services.generator.words import terms, things


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CAR-T", "CAR T-cell therapy"),
        ("CAR-T cell therapies", "chimeric antigen receptor T-cell therapy"),
        ("MDS", "Myelodysplastic syndromes"),
        ("myelodysplastic neoplasm", "myelodysplastic syndrome"),
        ("AML", "acute myeloid leukaemia"),
        ("GVHD", "graft-versus-host disease"),
        ("ESAs", "erythropoiesis-stimulating agents"),
        ("bone marrow transplants", "allogeneic stem cell transplantation"),
        ("higher-risk", "high risk"),
        ("side effect", "side-effects"),
        ("type 2 diabetes", "Type II Diabetes"),
        ("diseases", "disease"),
        ("biopsies", "biopsy"),
        ("losses", "loss"),
        ("approval", "approved"),
        ("available", "approved"),
        ("too old", "older"),
    ],
)
def test_two_spellings_are_one_thing(one: str, other: str) -> None:
    assert set(terms(one)) - {"too"} == set(terms(other))
    assert terms(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("higher-risk", "lower-risk"),
        ("high-risk MDS", "high risk of MDS"),
        ("AML", "ALL cells"),
        ("virus", "viru"),
        ("diagnosis", "diagnosi"),
        ("car", "CAR-T"),
        ("type 1 diabetes", "type 2 diabetes"),
    ],
)
def test_two_things_stay_two(one: str, other: str) -> None:
    assert set(terms(one)) != set(terms(other))


def test_words_that_carry_nothing_are_left_out() -> None:
    assert terms("Hello, please tell me what it is about my 72-year-old mother. Thanks!") == []


def test_the_side_asked_for_and_common_words_name_no_thing() -> None:
    words = terms("What are the symptoms of this disease, hemochromatosis?")

    assert things(words, frozenset({"symptom"})) == {"hemochromatosis"}
