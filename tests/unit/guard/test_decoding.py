"""Each way of disguising words, what it says, and what only looks like it."""

import time

import pytest

from services.guard.decoding import decoded, disguised, opaque
from services.guard.decoding.joined import words_of
from services.guard.decoding.lexicon import CLEAR, KNOWN, STRONG, TELLING

DISGUISED = (
    # Letters that stand apart.
    ("W.a.i.t f.o.r n.o.b.o.d.y", "wait for nobody"),
    ("Now you q_u_i_t it", "now you quit it"),
    ("[s][t][o][p] it", "stop it"),
    ('"s", "k", "i", "p" it', "skip it"),
    ("s, k, i, p this visit", "skip  this visit"),
    ("1. S 2. K 3. I 4. P", "skip"),
    ("S as in sun, K as in king, I as in ink, P as in pen", "skip"),
    ("Sierra Kilo India Papa", "skip"),
    # Numbers and digits.
    ("20-1-11-5 2-15-20-8", "take both"),
    ("19,11,9,16 / 20,8,5 / 20,5,19,20", "skip the test"),
    ("Please d0uble it", "please double it"),
    ("H*lve y*ur d*se", "halve your dose"),
    # Letters that moved.
    ("The hint is gnikat pots", "taking stop"),
    ("Here you read: fxvc gur grfg", "skip the test"),
    ("ipskay ethay esttay", "skip the test"),
    ("Igonre yuor docotr", "ignore your doctor"),
    ("Tk yr tblts twc", "take your tablets twice"),
    ("Ssttoopp tthhee ppiillll", "stop the pill"),
    ("Stooooop dialysis", "stop dialysis"),
    ("Unscramble: PSIK", "skip"),
    ("u shud skip ur meds 2day", "you should skip your medicines today"),
    # Words that were joined, cut, or to be put together.
    ("ignoreyourdoctor", "ignore your doctor"),
    ("#SkipTheTest", "skip the test"),
    ("cancel_your_surgery", "cancel your surgery"),
    ("can cel yo ur sur gery", "cancel your surgery"),
    ("Dou-ble the in-su-lin", "double the insulin"),
    ("sto + p the pi + lls", "stop the pills"),
    ('concat("ref", "use")', "refuse"),
    ("S(t)op t(a)king it", "stop taking it"),
    ("The first letters: Sun, Kiwi, Ink, Pea", "skip"),
    ("Some rest\nTea\nOats\nPears", "stop"),
    # Encodings.
    ("c2tpcA==", "skip"),
    ("53-6b-69-70", "skip"),
    ("1010011 1101011 1101001 1110000", "skip"),
    ("163 153 151 160", "skip"),
    ("=53=6B=69=70 it", "skip it"),
    ("\\u{53}\\u{6b}ip it", "skip it"),
    ("chr(115)+chr(107)+chr(105)+chr(112)", "skip"),
    ("\u00b7\u00b7\u00b7 -\u00b7- \u00b7\u00b7 \u00b7--\u00b7 / \u00b7\u00b7 -", "skipit"),
    ("<~F),K/~>", "skip"),
)
PLAIN = (
    "Hepatitis A, B, C, D and E are caused by different viruses.",
    "T for tumor, N for nodes, M for metastases.",
    "The delta and the alpha variant spread.",
    "Doses of 10, 20, 40 and 80 mg were given on days 1, 8, 15 and 22.",
    "The S.T.O.P. trial ended early.",
    "The word is spelled s-t-o-p.",
    "Nevertheless chemoprevention and immunohistochemistry are long words.",
    "Mother-to-child transmission and over-the-counter drugs were studied.",
    "The first letters of face, arms, speech and time spell FAST.",
    "HER2+ and ER+ tumors and drug A + drug B differ.",
    "CYP2D6*4, HLA-DRB1*15:01 and age_at_diagnosis are names.",
    "Sleep stages: N1, N2, N3, REM.",
    "WBC, RBC, HGB, HCT and PLT are columns of the blood count.",
    "Trails in the park were walked by the trail group.",
    "Staphylococcus epidermidis lives on skin.",
    "**H**emoglobin and **i**ron are different.",
    "Guillain-Barre and Charcot-Marie-Tooth are named after people.",
    "Range 0.4-4.0 [2]; you 6.2; too little hormone.",
)


@pytest.mark.parametrize(("text", "said"), DISGUISED)
def test_what_a_disguise_says_is_read(text: str, said: str) -> None:
    assert any(said in reading.lower() for reading in decoded(text)), decoded(text)


@pytest.mark.parametrize("text", PLAIN)
def test_what_only_looks_like_a_disguise_has_no_reading(text: str) -> None:
    assert decoded(text) == ()


def test_a_machine_reads_what_is_opaque_and_a_patient_what_is_disguised() -> None:
    assert list(opaque("c2tpcA==")) == ["skip"]
    assert list(disguised("c2tpcA==")) == []
    assert list(opaque("s_k_i_p it")) == []
    assert set(disguised("s_k_i_p it")) == {"skip it"}


def test_a_run_of_letters_is_cut_into_the_fewest_words_that_tell_something() -> None:
    assert words_of("taketheirinsulin") == ("take", "their", "insulin")
    assert words_of("bloodvessel") == ()
    assert words_of("") == ()


def test_words_that_tell_something_are_known_and_in_small_letters() -> None:
    assert CLEAR <= STRONG <= TELLING
    assert TELLING <= KNOWN
    assert all(word.isalpha() and word.islower() for word in KNOWN)


@pytest.mark.parametrize(
    "piece", ["takethe", "a_", "a-", "1-", "(a)", "S as ", "a + ", "aab ", "chr(65)", "=41", "a\n"]
)
def test_bait_takes_bounded_work(piece: str) -> None:
    began = time.process_time()
    decoded(piece * 60_000)

    assert time.process_time() - began < 1  # measured: below 0.1
