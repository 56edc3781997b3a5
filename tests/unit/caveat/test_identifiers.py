"""What identifies a person is found, however it is written, and nothing else is."""

import pytest

from caveat.identifiers import Kind, find
from tests.pace import holds_pace


def found(text: str) -> list[tuple[Kind, str]]:
    return [(i.kind, text[i.start : i.end]) for i in find(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my husband Tom Baker has gout", "Tom Baker"),
        ("My neighbour Wendelin takes warfarin.", "Wendelin"),
        ("Nurse Tibbleworth explained the drip.", "Tibbleworth"),
        ("What is a stent? Kind regards, Orsolya Vint", "Orsolya Vint"),
        ("Signed, Casper Lundqvist", "Casper Lundqvist"),
        ("Is Mrs Brown's pump new?", "Brown"),
        ("I am Zdenka and I am 60.", "Zdenka"),
        ("This is Maria Lopez writing.", "Maria Lopez"),
        ("My mom's name is guadalupe, she has RA", "guadalupe"),
        ("my friend sandra jones has asthma", "sandra jones"),
        ("Could you tell Rutger van den Oord what sepsis is?", "Rutger van den Oord"),
        ("Emily's mother wants to know what croup is.", "Emily"),
        ("Ilse Vandermolen gave blood yesterday.", "Ilse Vandermolen"),
        ("Appointment with J. Kowalczyk: what is an echo?", "J. Kowalczyk"),
    ],
)
def test_finds_a_name_by_the_words_around_it(text: str, name: str) -> None:
    assert found(text) == [(Kind.NAME, name)]


@pytest.mark.parametrize(
    "text",
    [
        "My mother has Addison's.",
        "my father has Parkinson's disease",
        "How is a drug called Eliquis taken?",
        "The medicine's name is Xarelto.",
        "Spina Bifida and Cystic Fibrosis",
        "What is Guillain Barre?",
        "I am African American.",
        "Click here to read more.",
        "Researchers believe that genes matter.",
        "Does the Mayo Clinic run trials?",
        "The tumour was graded Gleason 3+4.",
        "I miss Synthroid tablets sometimes",
    ],
)
def test_takes_no_illness_medicine_or_place_for_a_person(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("My chart number is HN-00712", Kind.RECORD),
        ("hospital ID: 552-8817", Kind.RECORD),
        ("NHS no. 485 777 3456", Kind.RECORD),
        ("case no. 2025/44871", Kind.RECORD),
        ("write to jane dot doe at example dot org", Kind.EMAIL),
        ("jane (at) example.org", Kind.EMAIL),
        ("see facebook.com/jane.doe.77", Kind.WEB),
        ("text me at 555-0172", Kind.PHONE),
        ("my card number is 501864667909", Kind.CARD),
        ("born 4 Mar 61", Kind.DATE),
        ("seen on Tuesday, 18 November 2025", Kind.DATE),
        ("GB29 NWBK 6016 1331 9268 19", Kind.ACCOUNT),
    ],
)
def test_finds_numbers_and_addresses_in_more_than_one_spelling(text: str, kind: Kind) -> None:
    assert [k for k, _ in found(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "The record number of the trial is NCT04318678.",
        "case 2 of 3 in 2019",
        "call 911 or 112",
        "since March 2024",
        "the mRNA-1273 vaccine",
        "see ClinicalTrials.gov",
    ],
)
def test_leaves_numbers_that_identify_nobody(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "my e\u200bmail is ja\u200bne@exa\u200bmple.org",
        "\uff4a\uff41\uff4e\uff45\uff20\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45\uff0e\uff4f\uff52\uff47",
        "call 555\u2011123\u20114567",
        "SSN \uff11\uff12\uff13-\uff14\uff15-\uff16\uff17\uff18\uff19",
        "my name is Ma\u00adria",
    ],
)
def test_no_disguise_hides_an_identifier(text: str) -> None:
    (identifier,) = find(text)

    rest = text[: identifier.start] + text[identifier.end :]
    assert find(rest) == ()


@pytest.mark.parametrize(
    "piece", ["my son Aa ", "Aa, ", "call 1 ", "mrn 1-", "a at b dot ", "Dr. "]
)
def test_takes_no_more_than_its_length(piece: str) -> None:
    assert holds_pace(find, (piece * 16_000)[:16_000])
