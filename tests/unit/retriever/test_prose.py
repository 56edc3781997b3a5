import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retriever.prose import PASSAGE_WORDS, passages, tidy


@pytest.mark.parametrize(
    ("crawled", "stored"),
    [
        (
            "Any of:         - Weakness.    -  Fever.    More text.",
            "Any of:\nWeakness.\nFever.\n\nMore text.",
        ),
        ("One.  Two.", "One. Two."),
        ("One.    Two follows.", "One.\n\nTwo follows."),
        ("One two    three.", "One two three."),
        ("One\n                \n   Two.", "One\n\nTwo."),
        ("- First  - Second", "First\nSecond"),
        ("Lists:\n  - One\n  - Two\n\nAfter.", "Lists:\nOne\nTwo\n\nAfter."),
        ("A well-known T-cell - and so on.", "A well-known T-cell - and so on."),
        ("Exam : An exam , too .", "Exam: An exam, too."),
        ("Tab\there\x0bnow\u00a0.", "Tab here now."),
        ("Cafe\u0301", "Caf\u00e9"),
        ("  ", ""),
    ],
)
def test_borders_survive_and_blanks_do_not(crawled: str, stored: str):
    assert tidy(crawled) == stored


def test_the_rows_of_a_table_of_symptoms_stand_alone():
    table = (
        "Signs and Symptoms Approximate number of patients (when available) "
        "Hearing loss 90% Short stature 7.5% Wide nose - The end."
    )

    assert tidy(table).splitlines()[1:] == [
        "Hearing loss 90%",
        "Short stature 7.5%",
        "Wide nose",
        "The end.",
    ]


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in passages(text)]


def test_paragraphs_share_a_passage_while_they_fit():
    paragraph = " ".join(["word"] * 50) + "."

    assert cut("\n\n".join([paragraph] * 3)) == [f"{paragraph}\n\n{paragraph}", paragraph]


def test_a_long_paragraph_is_cut_between_sentences():
    sentence = "Dr. Smith of the U.S. said " + " ".join(["word"] * 50) + "."
    found = cut(" ".join([sentence] * 3))

    assert found == [f"{sentence} {sentence}", sentence]


def test_only_an_endless_sentence_is_cut_inside():
    found = cut(" ".join(["word"] * 250))

    assert [len(passage.split()) for passage in found] == [120, 120, 10]


@given(st.text(alphabet=st.sampled_from("aB. \n-?(\"'1é𝄞"), max_size=900))
def test_every_word_is_in_one_passage_and_none_is_too_long(crawled: str):
    text = tidy(crawled)
    found = cut(text)

    assert " ".join(found).split() == text.split()
    for passage in found:
        assert passage == passage.strip()
        assert 0 < len(passage.split()) <= PASSAGE_WORDS
