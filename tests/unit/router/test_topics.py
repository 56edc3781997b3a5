import pytest

from services.router.topics import TOPICS, expand, tag


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Is CAR-T available for MDS?", "Myelodysplastic syndromes (MDS)"),
        ("myelodysplasia", "Myelodysplastic syndromes (MDS)"),
        ("acute myelogenous leukemia", "Acute myeloid leukemia (AML)"),
        ("acute myeloid leukaemia", "Acute myeloid leukemia (AML)"),
        ("What is graft versus host disease?", "Graft-versus-host disease (GVHD)"),
        ("iron-deficiency anemia", "Iron-deficiency anemia"),
        ("type II diabetes", "Type 2 diabetes"),
        ("chimeric antigen receptors", "CAR T-cell therapy"),
        ("car t cell", "CAR T-cell therapy"),
        ("bone marrow transplantation", "Stem cell transplantation"),
        ("Am I too old for a transplant?", "Stem cell transplantation"),
        ("Vidaza", "Azacitidine"),
        ("Dacogen", "Decitabine"),
        ("What are HMAs?", "Hypomethylating agents"),
        ("Reblozyl", "Luspatercept"),
        ("phase 3 trials", "Clinical trials"),
    ],
)
def test_tags_a_question(text: str, label: str) -> None:
    topic = tag(text)

    assert topic is not None
    assert topic.label == label


@pytest.mark.parametrize(
    "text",
    [
        "my cards are red",
        "my friend Ida",
        "cmds",
        "HCT 28",
        "a kidney transplant",
        "liver transplantation",
        "industrial",
        "What about lupus?",
        "",
    ],
)
def test_leaves_other_questions_without_a_topic(text: str) -> None:
    assert tag(text) is None


def test_a_disease_comes_before_its_treatment() -> None:
    topic = tag("Which trials of azacitidine or CAR-T are there for AML?")

    assert topic is not None
    assert topic.label.startswith("Acute myeloid leukemia")


def test_the_public_codes_go_along() -> None:
    topic = tag("MDS")

    assert topic is not None
    assert [(c.system, c.code) for c in topic.codes] == [("NCIt", "C3247"), ("MeSH", "D009190")]


@pytest.mark.parametrize(
    ("text", "search_text"),
    [
        ("What is MDS?", "What is MDS? myelodysplastic syndromes"),
        ("What are myelodysplastic syndromes?", "What are myelodysplastic syndromes?"),
        (
            "CAR-T for AML",
            "CAR-T for AML acute myeloid leukemia CAR T-cell therapy",
        ),
        ("HMAs", "HMAs hypomethylating agents azacitidine decitabine"),
        ("Is azacitidine approved?", "Is azacitidine approved?"),
        ("a transplant at 72", "a transplant at 72 stem cell transplant"),
        ("Is Rytelo available in Europe?", "Is imetelstat available in Europe?"),
        ("Lenalidomide del(5q)", "Lenalidomide deletion 5q"),
        ("del5q or 5q-", "deletion 5q or deletion 5q"),
        ("What about lupus?", "What about lupus?"),
    ],
)
def test_writes_a_question_for_the_search(text: str, search_text: str) -> None:
    assert expand(text) == search_text


def test_every_expansion_shows_its_own_topic() -> None:
    for entry in TOPICS:
        if entry.expansion:
            assert entry.pattern.search(entry.expansion), entry.topic.label
