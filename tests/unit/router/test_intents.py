import time

import pytest

from caveat.model import Intent
from services.router.core import LONGEST, intent_of

QUESTIONS = """
availability | Is CAR-T cell therapy available for MDS
availability | Is luspatercept approved for MDS?
availability | Is Rytelo available in Europe?
availability | Has imetelstat been approved by the FDA?
availability | Does Medicare cover transplants for MDS?
availability | Can CAR-T be used for MDS?
availability | Can MDS be treated with CAR-T?
availability | Why does CAR-T not work for MDS?
availability | Why isn't there a CAR-T for myeloid cancers?
availability | Is CAR-T an option for high-risk MDS?
availability | Is CAR-T experimental for MDS?
availability | Is venetoclax licensed in the UK?
definition | What is myelodysplastic syndrome?
definition | What are hypomethylating agents?
definition | What is CAR T-cell therapy?
definition | How does CAR-T work?
definition | How does luspatercept work in the body?
definition | What does transfusion-dependent mean?
definition | What is a clinical trial?
definition | What is a phase 3 trial?
definition | Explain graft-versus-host disease
definition | What is the IPSS-R score?
definition | What is a bone marrow transplant?
definition | I was told I have MDS with an SF3B1 mutation. What does that mean?
symptoms | What are the symptoms of MDS?
symptoms | What are the early signs of type 2 diabetes?
symptoms | symptoms of hemochromatosis
symptoms | What does anemia feel like?
causes | What causes MDS?
causes | Is MDS hereditary?
causes | Does MDS run in families?
causes | Why do people get MDS?
causes | Why is my hemoglobin low?
causes | Can smoking cause MDS?
causes | What are the risk factors for type 2 diabetes?
causes | Who is at risk of iron-deficiency anemia?
causes | What leads to iron deficiency?
diagnosis | How is MDS diagnosed?
diagnosis | What tests are done for iron deficiency?
diagnosis | Do I need a bone marrow biopsy?
diagnosis | How do doctors find out if someone has leukemia?
diagnosis | How do I know if I have diabetes?
outlook | What is the life expectancy with high-risk MDS?
outlook | How long can someone live with MDS?
outlook | Can MDS be cured?
outlook | Is there a cure for MDS?
outlook | Can MDS turn into leukemia?
outlook | What are the chances that MDS becomes leukemia?
outlook | What is the success rate of CAR-T?
outlook | Is type 2 diabetes reversible?
treatment | How is low-risk MDS treated?
treatment | Can MDS be treated?
treatment | What are the treatment options for GVHD?
treatment | Is there a treatment for iron overload?
treatment | How long does CAR-T cell collection take?
treatment | What happens during a stem cell transplant?
treatment | What medicines are used for type 2 diabetes?
treatment | Am I too old for a transplant at 72?
treatment | My father has MDS, should he stop taking azacitidine?
treatment | How is azacitidine given?
treatment | What can be done about low platelets?
risks | What are the side effects of luspatercept?
risks | How long do CAR-T side effects last?
risks | Does imetelstat cause low blood counts?
risks | Can lenalidomide cause blood clots?
risks | Can CAR-T cell therapy cause new cancers?
risks | Is a stem cell transplant dangerous?
risks | How safe is azacitidine?
risks | What is ivosidenib and what are its risks?
risks | What are the complications of diabetes?
trials | Are there CAR-T trials for MDS?
trials | How do I find a clinical trial for MDS?
trials | Will I get a placebo in a cancer trial?
trials | Which studies can I join for AML?
support | Should I get a second opinion about my MDS?
support | What does palliative care do?
support | How do I cope with a cancer diagnosis?
support | Is there a support group for people with MDS?
prevention | How can I prevent type 2 diabetes?
prevention | How can GVHD be prevented?
prevention | Can iron-deficiency anemia be avoided?
general | Lenalidomide del(5q)
general | Is GVHD contagious?
general | Tell me about luspatercept
"""
TABLE = [line.split(" | ") for line in QUESTIONS.strip().splitlines()]


@pytest.mark.parametrize(("intent", "question"), TABLE)
def test_knows_what_a_question_wants_to_know(intent: str, question: str) -> None:
    assert intent_of(question) is Intent(intent)


def test_the_table_has_each_intent_twice_at_least() -> None:
    for intent in Intent:
        assert sum(name == intent for name, _ in TABLE) >= 2, intent


def test_letter_case_does_not_matter() -> None:
    for _, question in TABLE:
        assert intent_of(question.upper()) is intent_of(question.lower())


@pytest.mark.parametrize(
    "piece",
    ["can ", "study ", "why does ", "how long is ", "does ", "option for ", "what is ", "("],
)
def test_takes_a_bounded_time(piece: str) -> None:
    began = time.process_time()
    intent_of((piece * LONGEST)[:LONGEST])

    assert time.process_time() - began < 0.15
