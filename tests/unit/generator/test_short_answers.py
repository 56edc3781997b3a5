"""The short answers to real questions over the demonstration notes, found as the stages find them.

What is asserted is what a reader must find in the first two sentences; None means that the notes
hold nothing, which is better said than answered with something else.
"""

from pathlib import Path

import pytest

from caveat.model import Disposition, Draft, QuestionAsked
from services.generator.core import compose
from services.retriever.build import build_demonstration
from services.retriever.core import retrieve
from services.retriever.folder import CorpusFolder
from services.retriever.library import Library
from services.router import core as router
from tests.unit.generator.builders import QUESTION_ID, summary_of
from tests.unit.router.fakes import NOON

NOTES = Path(__file__).parents[3] / "corpus" / "notes"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    home = tmp_path_factory.mktemp("home")
    build_demonstration(home, NOTES)
    return Library(CorpusFolder(home / "corpus"))


def answered(library: Library, text: str) -> Draft | None:
    event = QuestionAsked(QUESTION_ID, text)
    question = router.route(
        event, text, redacted=False, lang="en", disposition=Disposition.ANSWER, now=NOON
    )
    evidence = retrieve(library.current, question.search_text, intent=question.intent).evidence
    return compose(question, evidence)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Is CAR-T cell therapy available for MDS", "no CAR T-cell therapy product has been"),
        ("What is myelodysplastic syndrome?", "are a group of cancers in which"),
        ("What are the symptoms of MDS?", "shortness of breath, tiredness, pale skin"),
        ("How is MDS diagnosed?", "a complete blood count"),
        ("What is the life expectancy with high-risk MDS?", "24.5 months"),
        ("How is low-risk MDS treated?", "In lower-risk MDS the main goals"),
        ("How does CAR-T work?", "changes a person's T cells"),
        ("Why does CAR-T not work for MDS?", "no marker is found only on the cancer cells"),
        ("Can MDS be cured?", "the only treatment that can cure"),
        ("Can MDS turn into leukemia?", "about 25 to 30 of every 100"),
        ("What are the risks of a stem cell transplant?", "have serious risks"),
        ("Does Medicare cover transplants for MDS?", "US Medicare dropped the rule"),
        ("How can GVHD be prevented?", "cyclosporine, tacrolimus, or methotrexate"),
        ("Is luspatercept approved for MDS?", "FDA approved luspatercept"),
        ("What is luspatercept used for?", "luspatercept for anemia"),
        ("Does imetelstat cause low blood counts?", "low platelets"),
        ("Lenalidomide del(5q)", "with deletion 5q"),
        ("Is azacitidine approved for MDS?", "FDA approved azacitidine"),
        ("What is ivosidenib and what are its risks?", "differentiation syndrome"),
        ("How do I find a clinical trial for MDS?", "ClinicalTrials.gov lists studies"),
        ("What is a phase 3 trial?", "Phase 3 trials compare"),
        ("Will I get a placebo in a cancer trial?", "almost never used"),
        ("Who pays for a clinical trial?", "covered by health insurance"),
        ("How is iron-deficiency anemia treated?", "iron supplements"),
        ("Who gets iron deficiency anemia?", "Infants, young children, and women"),
        ("What causes type 2 diabetes?", "insulin resistance"),
        ("How can I prevent type 2 diabetes?", "lifestyle changes lowered the risk"),
        ("Should I get a second opinion about my MDS?", "A second opinion can confirm"),
        ("How long does CAR-T cell collection take?", "about 4 hours"),
        ("Is venetoclax good for MDS?", "did not help people with higher-risk"),
    ],
)
def test_the_short_answer_is_the_one_that_was_asked_for(
    library: Library, question: str, said: str
) -> None:
    assert said in " ".join(summary_of(answered(library, question)))


@pytest.mark.parametrize(
    "question",
    [
        "What are the side effects of luspatercept?",
        "Can type 2 diabetes be cured?",
        "What are the symptoms of celiac disease?",
        "What are the symptoms of lupus?",
        "What is the treatment for hemochromatosis?",
        "Can I take ibuprofen with my CAR-T?",
        "What is the dose of azacitidine for MDS?",
        "How long does recovery after a stem cell transplant take?",
    ],
)
def test_what_the_notes_do_not_hold_is_not_answered(library: Library, question: str) -> None:
    assert answered(library, question) is None
