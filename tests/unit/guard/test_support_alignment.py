"""Each kind of mismatch with both its sides: what says the same passes, what differs is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.guard.support.alignment import RULES, Basis, align


def rules(text: str, source: str, quote: str = "", heading: str = "") -> set[str]:
    quote = quote or source
    start = source.index(quote)
    found = align(text, Basis(source, heading, start, start + len(quote)))
    return {mismatch.rule_id for mismatch in found}


NUMBER, ENTITY, POLARITY, UNSUPPORTED = RULES
CREAM = "The cream cleared the rash in 12 of 40 toddlers within three weeks."
PUMP = "Patients with the pump had 3.5 fewer headaches per month than patients without it."
IRON = "Iron tablets may cause constipation, and about one in five people stops taking them."
SYRUP = "The syrup is given twice a day at 15 mg per kg of body weight."
SLEEP = "Poor sleep is associated with a higher risk of high blood pressure in adults over 40."


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Within three weeks the rash of 12 toddlers out of 40 went away with the cream.", CREAM),
        ("The pump meant 3.5 fewer headaches a month.", PUMP),
        ("Constipation can come from iron tablets, and around 20% of people give them up.", IRON),
        ("Two times daily the syrup is given, at 15 mg per kg of body weight.", SYRUP),
        ("For adults older than 40, bad sleep is linked to a raised risk of hypertension.", SLEEP),
        ("The wound is cleaned daily.", "The wound is cleaned every day."),
        ("It takes half an hour.", "It takes 30 minutes."),
        ("No more than 5 mg is used.", "At most 5 mg is used."),
        ("Nobody knows whether the herb helps.", "It is not known whether the herb helps."),
        ("Children seldom need the operation.", "The operation is rarely needed in children."),
        ("Both creams work equally well.", "No difference was found between both creams."),
        ("After the birth, the rash usually goes away.", "The rash mostly clears after birth."),
        ("Anemia of this kind is common.", "Anaemia of this kind is common."),
    ],
)
def test_what_says_the_same_in_other_words_passes(text: str, source: str) -> None:
    assert rules(text, source) == set()


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Within three weeks the rash of 14 toddlers out of 40 went away with the cream.", CREAM),
        ("Within three months the rash of 12 toddlers out of 40 went away with the cream.", CREAM),
        ("The pump meant 3.5 fewer headaches a week.", PUMP),
        ("Constipation can come from iron tablets, and around 50% of people give them up.", IRON),
        ("Per kg of body weight, 15 g of the syrup is given two times daily.", SYRUP),
        ("Per kg of body weight, 15 mg of the syrup is given two times weekly.", SYRUP),
        (
            "For adults younger than 40, bad sleep is linked to a raised risk of hypertension.",
            SLEEP,
        ),
        ("The dressing stays for hours.", "The dressing stays for several days."),
        ("The tablet is taken after the meal.", "The tablet is taken before the meal."),
        ("No less than 5 mg is used.", "At most 5 mg is used."),
        ("The new gel helped 8% and the old gel 3%.", "The new gel helped 3% and the old gel 8%."),
    ],
)
def test_another_number_unit_bound_or_time_is_named(text: str, source: str) -> None:
    assert NUMBER in rules(text, source)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The cream cleared the rash in 12 of 40 adults within three weeks.", CREAM),
        ("Zinc tablets may cause constipation.", IRON),
        ("For adults over 40, bad sleep is linked to a raised risk of asthma.", SLEEP),
        ("Sunitinib shrinks the tumour.", "Pazopanib shrinks the tumour."),
        ("The TP53 gene is changed.", "The NPM1 gene is changed."),
        ("Type 1 diabetes is common.", "Type 2 diabetes is common."),
        ("Hepatitis B is spread by blood.", "Hepatitis C is spread by blood."),
        ("The stone lies in the bladder.", "The stone lies in the kidney."),
    ],
)
def test_another_drug_disease_gene_organ_or_group_is_named(text: str, source: str) -> None:
    assert ENTITY in rules(text, source)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Iron tablets do not cause constipation.", IRON),
        ("Iron tablets always cause constipation.", IRON),
        ("Iron tablets cause constipation.", IRON),
        ("The pump meant 3.5 more headaches a month.", PUMP),
        ("For adults over 40, bad sleep causes a higher risk of hypertension.", SLEEP),
        ("For adults over 40, bad sleep is linked to a lower risk of hypertension.", SLEEP),
        ("The herb helps.", "It is not known whether the herb helps."),
        (
            "The operation is often needed in children.",
            "The operation is rarely needed in children.",
        ),
        ("One cream works better.", "No difference was found between the creams."),
        ("The pain gets worse.", "The pain gets better."),
        ("Only rest helps the back.", "Rest helps the back."),
        ("The gel works better than the foam.", "The foam works better than the gel."),
        ("All stones pass.", "Most stones pass."),
        ("The drug cures the disease.", "The drug treats the disease."),
        ("The herb prevents headaches.", "The herb triggers headaches."),
    ],
)
def test_another_polarity_direction_or_strength_is_named(text: str, source: str) -> None:
    assert POLARITY in rules(text, source)


def test_a_true_sentence_of_something_else_is_unsupported() -> None:
    assert rules("The shoulder is moved gently by a therapist.", IRON) == {UNSUPPORTED}


def test_a_passage_may_name_what_its_quote_calls_it() -> None:
    source = "Deferasirox binds iron. It is swallowed with water once a day before breakfast."
    quote = "It is swallowed with water once a day before breakfast."
    said = "Before breakfast, {} is swallowed daily with water."

    assert rules(said.format("deferasirox"), source, quote) == set()
    assert rules(said.format("deferiprone"), source, quote) == {ENTITY}


def test_a_heading_may_name_what_its_passage_calls_it() -> None:
    source = "It usually heals by itself."

    assert rules("Tennis elbow mostly heals by itself.", source, heading="Tennis elbow") == set()
    assert rules("Tennis elbow mostly heals by itself.", source, heading="Carpal tunnel")


def test_a_name_from_elsewhere_in_the_passage_may_not_take_another_ones_place() -> None:
    source = "Naproxen was tried in adults. Ibuprofen relieved the pain of children."
    quote = "Ibuprofen relieved the pain of children."

    assert ENTITY in rules("Naproxen relieved the pain of children.", source, quote)
    assert ENTITY in rules("Ibuprofen relieved the pain of adults.", source, quote)


def test_a_denial_counts_though_the_quote_leaves_it_out() -> None:
    source = "It is not true that the herb cures warts. Warts go away by themselves."
    quote = "the herb cures warts"

    assert POLARITY in rules("Warts are cured by the herb.", source, quote)


def test_a_clause_that_the_sentence_leaves_out_denies_nothing() -> None:
    source = "The splint relieves pain at night, but insurers do not pay for it."

    assert rules("At night the splint eases pain.", source, "The splint relieves pain") == set()


def test_a_single_changed_word_is_seen_though_no_list_knows_it() -> None:
    source = "The clinic keeps a register of every xylophone that was ever repaired."

    assert rules(source.replace("xylophone", "harpsichord"), source) == {ENTITY}
    assert rules(source.replace("ever ", ""), source) == set()


def test_the_place_of_a_mismatch_is_where_the_words_are() -> None:
    text = "The syrup is given twice a day at 20 mg per kg of body weight."
    [found] = align(text, Basis(SYRUP, "", 0, len(SYRUP)))

    assert text[found.start : found.end] == "20"
    assert "number" in found.message


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "?",
        "\u202ethe cream\u202c",
        "no " * 900,
        "not more than " * 300,
        "1,1,1,1" * 500,
        "2 to " * 800,
        "(" * 4_000,
        "one in " * 600,
        "a" * 5_000,
        "\u0130" * 300,
        "before after " * 300,
        "5 mg/kg " * 500,
    ],
)
@pytest.mark.timeout(20)
def test_odd_texts_are_aligned_in_bounded_work(text: str) -> None:
    for one, other in ((text, CREAM), (CREAM, text), (text, text)):
        for mismatch in align(one, Basis(other, "", 0, len(other))):
            assert 0 <= mismatch.start <= mismatch.end
            assert mismatch.rule_id in RULES


def test_an_empty_quote_supports_nothing() -> None:
    assert align("The cream helps.", Basis("", "", 0, 0))


@given(st.text(max_size=120), st.text(max_size=120), st.integers(0, 120), st.integers(0, 120))
def test_never_raises(text: str, passage: str, start: int, end: int) -> None:
    for mismatch in align(text, Basis(passage, "", start, end)):
        assert 0 <= mismatch.start <= mismatch.end


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The bandage has to stay dry.", "The bandage must not get wet."),
        ("Few patients need the pump.", "Most patients do not need the pump."),
        ("In thin people the scale is not as exact.", "The scale is less exact in thin people."),
        ("The knot often comes back.", "It is not uncommon for the knot to come back often."),
        ("The old gel stings more than the new gel.", "The new gel stings less than the old gel."),
        (
            "Without treatment the rash goes away in most users.",
            "In most users the rash goes away by itself.",
        ),
        ("In 70% of users the pain eased.", "The pain eased in seven out of ten users."),
    ],
)
def test_what_is_said_by_its_denied_opposite_or_turned_round_passes(text: str, source: str) -> None:
    assert rules(text, source) == set()


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The bandage has to stay wet.", "The bandage must not get wet."),
        ("Most patients need the pump.", "Most patients do not need the pump."),
        ("The pain did not get better.", "The pain did not get worse."),
        ("The old gel stings less than the new gel.", "The new gel stings less than the old gel."),
        ("Ankles hurt twice as often.", "Ankles hurt half as often."),
        ("More users fell with it (4%) than without (9%).", "4% fell with it and 9% without."),
        ("The stiffness was aggravated by the gel.", "The gel eased the stiffness."),
    ],
)
def test_an_opposite_that_nothing_denies_is_still_named(text: str, source: str) -> None:
    assert POLARITY in rules(text, source)


def test_the_second_month_is_not_the_second_year() -> None:
    source = "The tremor stopped in the second year of the study."
    assert rules("In the second year of the study the tremor stopped.", source) == set()
    assert NUMBER in rules("In the second month of the study the tremor stopped.", source)


@pytest.mark.parametrize(
    ("source", "quote"),
    [
        ("Although few doctors use it, the gel eases most cramps.", "the gel eases most cramps"),
        (
            "The gel eases most cramps, and nobody fell ill in the trial.",
            "The gel eases most cramps",
        ),
    ],
)
def test_what_another_clause_denies_is_not_held_against_a_sentence(source: str, quote: str) -> None:
    assert rules("Most cramps are relieved by the gel.", source, quote) == set()
    assert POLARITY in rules("Most cramps are not relieved by the gel.", source, quote)


def test_a_clause_is_not_cut_off_from_what_frames_it() -> None:
    source = "It is not true that the gel is cheap, and that the gel eases cramps."
    assert POLARITY in rules("Cramps are eased by the gel.", source, "the gel eases cramps")
