import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.redaction import redact
from tests.pace import holds_pace

LONGEST_RAW = 8192

IDENTIFIERS = {
    "[email]": (
        "me@example.org",
        "jane.doe+mds@mail.example.co.uk",
        "j_d-99@sub.example.com",
        "O.Brien@example.ie",
    ),
    "[web address]": (
        "https://example.org/a?b=1#c",
        "http://example.com",
        "www.example.net/me",
        "HTTPS://EXAMPLE.ORG/ME",
    ),
    "[card number]": (
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "5500005555555559",
        "3782 822463 10005",
        "6011111111111117",
    ),
    "[social security number]": (
        "123-45-6789",
        "SSN 123 45 6789",
        "social security number is 123456789",
        "ssn: 123-45-6789",
    ),
    "[phone number]": (
        "555-123-4567",
        "(555) 123-4567",
        "(555)123-4567",
        "1-800-555-0199",
        "555.123.4567",
        "+1 415 555 2671",
        "+44 7911 123456",
        "+49 (0)30 901820",
        "07700 900123",
        "020 7946 0958",
        "5551234567",
    ),
    "[record number]": (
        "MRN: 12345678",
        "MRN is 00123-A",
        "mrn#4455667",
        "medical record number 998877",
        "NHS number 943 476 5919",
        "patient ID A12345",
        "policy number is XZ-99881",
        "insurance id: 77ABC123",
        "Medicare number 1EG4-TE5-MK73",
    ),
    "[date]": (
        "03/04/1956",
        "3/4/56",
        "1956-03-04",
        "4.3.1956",
        "04-03-56",
        "March 4, 1956",
        "mar 4th 1956",
        "4 March 1956",
        "4th of March 1956",
        "Sept. 9th, 2020",
    ),
    "[address]": (
        "12 Oak Street",
        "221B Baker Street",
        "1600 Pennsylvania Avenue",
        "45 St John Rd.",
        "7 5th Avenue",
        "9 Saint Mary Lane",
    ),
}


@pytest.mark.parametrize(
    ("identifier", "placeholder"),
    [(each, kind) for kind, examples in IDENTIFIERS.items() for each in examples],
)
def test_puts_the_kind_in_the_place_of_an_identifier(identifier: str, placeholder: str) -> None:
    assert redact(f"I have MDS, {identifier}, what now?") == (
        f"I have MDS, {placeholder}, what now?",
        True,
    )


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("My name is Maria Lopez and I have MDS", "My name is [name] and I have MDS"),
        ("my name is maria lopez", "my name is [name]"),
        ("MY NAME IS MARIA LOPEZ AND I HAVE MDS", "MY NAME IS [name] AND I HAVE MDS"),
        ("My name's Ann Smith. Is MDS rare?", "My name's [name]. Is MDS rare?"),
        ("I'm called Bob and have AML", "I'm called [name] and have AML"),
        ("Hi, this is Maria Lopez.", "Hi, this is [name]."),
        ("I'm John O'Neil, 54", "I'm [name], 54"),
        ("I am Anna-Lena Schmidt", "I am [name]"),
        ("I am José García and have AML", "I am [name] and have AML"),
        ("Dr. Patel said azacitidine", "Dr. [name] said azacitidine"),
        ("Mrs Jane Doe has GVHD", "Mrs [name] has GVHD"),
        ("my husband John has MDS", "my husband [name] has MDS"),
        ("My daughter Emily Clark has anemia", "My daughter [name] has anemia"),
    ],
)
def test_takes_out_a_name_and_leaves_the_words_that_lead_to_it(text: str, cleaned: str) -> None:
    assert redact(text) == (cleaned, True)


LOOK_ALIKES = """
azacitidine 75 mg/m2 for 7 days every 28 days
imetelstat 7.1 mg/kg every 4 weeks, then 10-20-30 mg
25 mg in the morning, 10 mg at noon, 5 mg at night, 1/2 tablet
is trial NCT04318678 or NCI-2024-03240 or AZA-001 or BMT CTN 1102 open?
PMID 40558265 and 10.3390/curroncol32060322
hemoglobin 8.2, platelets 45, WBC 2.1, ANC 0.4
platelets were 120 115 98 87 76 65 over the months
hemoglobin went 7.2 6.9 8.1 9.0 10.2 11.4
platelets 150,000 and 45000/uL, INR 2.5-3.5, pressure 120/80
I am 72 years old
I'm 65 and have MDS
since 2019, 2020 and 2021
2019 2020 2021 2022
2019-2023 and May 2024
1 in 10,000 or 1 in 100 000
does lenalidomide help del(5q) or t(8;21)(q22;q22)?
CD33, CD123, CLL-1, NKG2D, TP53, SF3B1, IDH1, CD34+ 10 20 30
HLA 10/10 match, ratio 3:1:2, version 1.2.10, ICD-10 D46.9, stage 3A
IPSS-R 4.5, risk score 3-4.5
is the mRNA1273 or mRNA-1273 vaccine safe after a transplant?
what is Hodgkin lymphoma?
they say this is Hodgkin Lymphoma
This is Parkinson Disease?
does Parkinson's disease or Crohn's disease cause anemia?
Graft-versus-host disease
This is Graft Versus Host Disease
this is Acute Myeloid Leukemia
Waldenstrom macroglobulinemia, Diamond-Blackfan anemia, Fanconi anemia
my son Down syndrome
my daughter Ewing sarcoma
I am Stage Four
I'm Type Two diabetic
I am Rh Negative
I am African American
I'm Not Sure
I am Very Tired
my mother Has MDS
my mother MDS transfusions
Luspatercept (Reblozyl), Imetelstat (Rytelo), Vidaza, Revlimid
Dr. Reddy's azacitidine
I take 2 Breast Ct scans
ClinicalTrials.gov and the FDA and the NHS
""".strip().splitlines()


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_leaves_what_is_no_identifier_untouched(text: str) -> None:
    assert redact(text) == (text, False)


def test_takes_out_every_identifier_of_a_text() -> None:
    text = "Mail me@example.org or you@example.org, or call 555-123-4567. Born 03/04/1956."

    assert redact(text)[0] == "Mail [email] or [email], or call [phone number]. Born [date]."


def test_has_nothing_left_to_do_the_second_time() -> None:
    for examples in IDENTIFIERS.values():
        for each in examples:
            once, _ = redact(f"I have MDS, {each}.")
            assert redact(once) == (once, False)


HARD = ("1", " ", "1 ", "1-", "1.", "a", "a.", "a-", "a@", "(", "+", "+1 ", "0123 ", "A ", "Aa ",
        "I'm Aa ", "my son Aa ", "12 Aa ", "www.", "mrn ", "mrn:", "my name is ", "may 1 ", "1/1/",
        "_", "'", "Dr. Aa ")  # fmt: skip


@pytest.mark.parametrize("piece", HARD)
def test_takes_no_more_than_its_length_on_hard_texts(piece: str) -> None:
    assert holds_pace(redact, (piece * LONGEST_RAW)[:LONGEST_RAW])


@pytest.mark.parametrize("lead", ["mrn", "my name is", "ssn", "+1", "me@", "555", "Dr."])
def test_takes_no_more_than_its_length_on_a_lead_before_many_blanks(lead: str) -> None:
    assert holds_pace(redact, lead + " " * LONGEST_RAW)


@given(st.text(max_size=300))
def test_never_fails_and_tells_whether_it_changed_anything(text: str) -> None:
    cleaned, redacted = redact(text)

    assert redacted == (cleaned != text)
