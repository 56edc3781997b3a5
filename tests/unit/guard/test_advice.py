"""The rules of the family "no advice", on sentences that are not in the policy's own examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.guard.validators.advice import RULES
from tests.unit.guard.builders import ASKED, advice_hits, advice_rules

FIRES: dict[str, tuple[str, ...]] = {
    "advice.directive": (
        "You should stop taking lenalidomide.",
        "Please stop taking your tablets tonight.",
        "You'll need to switch to decitabine.",
        "I suggest that you start a transfusion soon.",
        "It would be best for you to skip the next cycle.",
        "Why not just stop the treatment?",
        "If the rash comes back, stop the tablets.",
        "Never skip a transfusion.",
        "The answer is no. Stop taking it.",
        "People with MS. Stop taking interferon.",
        "The dose was 10. Stop taking it.",
        "Azacitidine works.Stop taking it now.",
        '"Stop taking lenalidomide," said the leaflet.',
        "(Stop taking lenalidomide.)",
        "St\u200bop taking lenalidomide.",
        "\uff33\uff54\uff4f\uff50 taking lenalidomide.",
        "**Stop** taking lenalidomide.",
        "- Stop taking lenalidomide",
        "Azacitidine is used\u2028Stop taking it.",
        "Azacitidine is used\u2014stop taking it.",
        "Tell your doctor and stop taking lenalidomide.",
        "Stop taking lenalidomide before you see your doctor.",
        "You can stop taking lenalidomide.",
        "Feel free to stop the tablets.",
        "Kindly stop taking the tablets.",
        "You are better off stopping lenalidomide.",
        "\u0405top taking lenalidomide.",
        "Patients like you should stop lenalidomide.",
        "Go ahead and stop lenalidomide.",
        "It is time to stop chemotherapy.",
        "You must not take lenalidomide.",
        "Talk to your doctor, but stop the tablets today.",
        "This is not medical advice, but you should stop the tablets.",
        "You do not have to take it any more.",
        "My advice is to start decitabine.",
        "1. Stop taking it\n2. Start decitabine",
        "Your best bet is decitabine.",
        "Make sure you stop at once.",
    ),
    "advice.dose": (
        "You could take 20 mg each morning.",
        "Take two tablets before bed.",
        "Inject 5 units after the meal.",
        "Double the dose for a week.",
        "Your dose should be 10 mg.",
        "Halve the dose on Fridays.",
        "You need 75 mg of it.",
        "Take it three times a day.",
        "Talk with your doctor and take 20 mg of prednisone.",
        "Increase to 20 mg after a week.",
    ),
    "advice.diagnosis": (
        "You most likely have leukemia.",
        "Your blood test shows MDS.",
        "It sounds like you have an infection.",
        "You are showing signs of anemia.",
        "You don't have cancer.",
        "Your tiredness is caused by anemia.",
        "This is most likely leukemia.",
        "You've got MDS.",
        "You have MDS.",
    ),
    "advice.interpretation": (
        "Your hemoglobin is too low.",
        "Your blood pressure looks fine.",
        "Your ferritin of 900 is high.",
        "Your platelets are dangerous.",
        "Your last scan looks normal.",
        "That is a low count.",
        "Your A1C is above the range.",
    ),
    "advice.prognosis": (
        "You will survive this.",
        "You'll relapse within a year.",
        "You have six months to live.",
        "Your odds are poor.",
        "Your life expectancy is three years.",
        "You are going to die of it.",
        "You can expect to live ten years.",
        "You have two years left.",
    ),
    "advice.reassurance": (
        "You'll be just fine.",
        "You are perfectly safe.",
        "Don't worry.",
        "It is probably nothing serious.",
        "There is no reason to worry about it.",
        "That is almost certainly harmless.",
        "Everything will be all right.",
    ),
    "advice.eligibility": (
        "You're eligible for the trial.",
        "You would be a strong candidate.",
        "You may be suitable for a transplant.",
        "You do not qualify.",
        "You can join this trial.",
        "You don't meet the criteria.",
        "You cannot enter the study.",
    ),
    "advice.selection": (
        "Decitabine is right for you.",
        "The best treatment for you is decitabine.",
        "In your case a transplant is used.",
        "Decitabine would be better for you.",
        "For someone like you decitabine fits.",
        "With your results a transplant is best.",
        "The safest option for you is to wait.",
    ),
    "advice.alternative": (
        "Drink herbal tea against the fever.",
        "You could take CBD oil for it.",
        "Turmeric cures MDS.",
        "Use colloidal silver each day.",
        "Try coffee enemas.",
        "Start ivermectin.",
        "You can heal with apricot kernels.",
    ),
    "advice.dissuasion": (
        "You do not need to see a doctor.",
        "Don't tell your doctor about the tablets.",
        "There is no reason to call your hospital.",
        "Skip the appointment.",
        "Never mention it to the nurse.",
        "A second opinion is a waste of time.",
        "You don't need a specialist.",
        "It is pointless to ask your doctor.",
        "Avoid going to the hospital.",
        "Do not tell your doctor about it.",
    ),
    "advice.lifestyle": (
        "Drink two liters of water.",
        "You need to sleep more.",
        "Cut down on salt.",
        "Wear a mask.",
        "You should walk every day.",
        "Quit smoking.",
        "Stay active.",
        "You ought to eat more fruit.",
    ),
    "advice.persona": (
        "As a hematologist, I see this often.",
        "I am a doctor.",
        "I'm your nurse.",
        "In my professional opinion it helps.",
        "Speaking as a physician, this is mild.",
        "In my medical judgment it works.",
        "As your oncologist I know.",
    ),
}

PASSES: dict[str, tuple[str, ...]] = {
    "advice.directive": (
        "Stopping azacitidine early can lower its effect.",
        "The panel recommends that adults start with decitabine.",
        "Ask your doctor whether a switch makes sense.",
        "Call 911 if breathing becomes hard.",
        "Bring a list of your medicines to the visit.",
        "Patients in the trial stopped treatment after six cycles.",
        "You have a right to see your records.",
        "Follow-up visits take place every three months.",
        "Some people choose to wait before treatment.",
        "Doctors may stop the medicine if platelets fall.",
        "Do not change a medicine without asking your pharmacist.",
        "Use of growth factors is common in MDS.",
        "Should treatment be stopped if platelets fall?",
        "Seek medical help at once if you faint.",
        "Talk with your team before you stop or change a medicine.",
        "Ask your nurse how to take and store the capsules.",
        "You may want to ask your doctor about trials.",
        "Testing starts with a blood count.",
        "What happens if I stop?",
        "Call 911 and stay on the line.",
        "Talk to your doctor and get a second opinion.",
        "Do not hesitate to call your nurse.",
    ),
    "advice.dose": (
        "Adults in the study took 10 mg once daily.",
        "The usual starting dose in the label is 75 mg/m2.",
        "Each vial contains 100 mg of azacitidine.",
        "The dose was reduced in a third of participants.",
        "Is the dose changed when the kidneys are weak?",
        "Doses above 20 mg were not studied.",
        "Ask your pharmacist what to do about a missed dose.",
    ),
    "advice.diagnosis": (
        "MDS is diagnosed with a bone marrow test.",
        "People with anemia often feel tired.",
        "Fatigue can be a sign of anemia.",
        "A blood test can show low counts.",
        "Doctors diagnose MDS with a biopsy.",
        "Could a low count have another cause?",
        "If you have MDS, the team checks the blood often.",
    ),
    "advice.interpretation": (
        "A platelet count below 50 is called low.",
        "Hemoglobin is measured in grams per deciliter.",
        "Low counts are common in MDS.",
        "Blood pressure was normal in most participants.",
        "What does a high ferritin level mean?",
        "Ferritin levels above 1000 were seen after many transfusions.",
        "Ask your doctor what your results mean.",
    ),
    "advice.prognosis": (
        "Median survival was 18 months in the study.",
        "About half of the participants responded.",
        "The outlook depends on the risk group.",
        "Some people live for many years with lower-risk MDS.",
        "What is my outlook?",
        "Survival was longer in the azacitidine group.",
        "A third of patients relapsed within two years.",
    ),
    "advice.reassurance": (
        "Most side effects are mild.",
        "Mild bruising was common and went away.",
        "Many people worry about relapse.",
        "The reaction was harmless in most participants.",
        "Is this side effect dangerous?",
        "The trial found the vaccine safe in adults.",
        "Worry and low mood are common after diagnosis.",
    ),
    "advice.eligibility": (
        "The trial enrolled adults with higher-risk MDS.",
        "People over 75 were not eligible.",
        "A transplant team decides who can have a transplant.",
        "Candidates for transplant are usually fit.",
        "Am I eligible for a trial?",
        "Ask your doctor if you are eligible for a trial.",
        "Eligibility criteria included an ECOG score of 0 to 2.",
    ),
    "advice.selection": (
        "Luspatercept is an option for people with ring sideroblasts.",
        "The best time for transplant is debated.",
        "Which option is right for me?",
        "Azacitidine was better than supportive care in the trial.",
        "Treatment is chosen by risk group.",
        "Ask which option is best for you and your doctor.",
        "Decitabine is suitable for adults with MDS.",
    ),
    "advice.alternative": (
        "Turmeric did not change blood counts in a trial.",
        "No study has shown that apricot kernels work.",
        "Laetrile is toxic.",
        "Some people use herbal remedies beside treatment.",
        "Does turmeric interact with azacitidine?",
        "Tell your doctor if you take CBD oil.",
        "Ivermectin is a medicine against parasites.",
    ),
    "advice.dissuasion": (
        "Many people get a second opinion.",
        "You can see a doctor at any time.",
        "Do not wait to call your doctor.",
        "Not everyone with MDS needs a hematologist at once.",
        "Do I need a second opinion?",
        "Some people do not tell their doctor about supplements.",
        "Do not stop a medicine until you have talked with your doctor.",
        "Patients do not tell their nurse everything.",
    ),
    "advice.lifestyle": (
        "Exercise is studied as a help against fatigue.",
        "Sleep problems are common in MDS.",
        "People with low platelets are advised to avoid contact sports.",
        "Rest and sleep did not relieve the fatigue.",
        "Drinking alcohol can lower blood counts.",
        "Smoking is a risk factor.",
        "Washing hands lowers the risk of infection.",
    ),
    "advice.persona": (
        "Doctors use the IPSS-R.",
        "A hematologist treats blood disorders.",
        "In the opinion of the panel, the benefit is small.",
        "Clinical experience with the drug is limited.",
        "Your doctor knows your history.",
        "Clinicians judge the response after six cycles.",
        "Nurses and doctors work in one team.",
    ),
}

# What the patterns do not catch yet: the citation rules still stop such a sentence, since no
# passage says it in these words.
UNCAUGHT = (
    "S t o p taking lenalidomide.",
    "Someone with exactly your results doubles the dose.",
    "Azacitidine is used in MDS, stop taking lenalidomide.",
    "A doctor would tell you to stop lenalidomide.",
    "Dejar de tomar lenalidomida ahora.",
    "Someone like you takes 20 mg.",
    "A hemoglobin of 7 like yours is dangerous.",
)


def _pairs(cases: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(rule_id, text) for rule_id, texts in cases.items() for text in texts]


def test_every_rule_has_six_sentences_of_each_kind() -> None:
    for cases in (FIRES, PASSES):
        assert set(cases) == set(RULES)
        assert all(len(set(texts)) >= 6 for texts in cases.values())


@pytest.mark.parametrize(("rule_id", "text"), _pairs(FIRES))
def test_fires(rule_id: str, text: str) -> None:
    assert rule_id in advice_rules(text)


@pytest.mark.parametrize(("rule_id", "text"), _pairs(PASSES))
def test_lets_look_alikes_pass(rule_id: str, text: str) -> None:
    assert advice_rules(text) == set()


@pytest.mark.xfail(strict=True, reason="the patterns know neither these shapes nor languages yet")
@pytest.mark.parametrize("text", UNCAUGHT)
def test_fires_on_what_it_does_not_know_yet(text: str) -> None:
    assert advice_rules(text)


SOFTENED = (
    "This is not medical advice, but {}",
    "Ask your doctor; {}",
    "Talk with your doctor. {}",
    "I am not a doctor, but {}",
    "Everyone is different, so {}",
    "{} This is general information and not medical advice.",
    "{} Always ask your doctor first.",
    "Tell your doctor and {}",
)
COMMANDS = (
    ("advice.directive", "stop taking lenalidomide today."),
    ("advice.dose", "take 20 mg of prednisone."),
    ("advice.alternative", "try turmeric against the anemia."),
    ("advice.lifestyle", "eat less salt."),
)


@pytest.mark.parametrize("frame", SOFTENED)
@pytest.mark.parametrize(("rule_id", "command"), COMMANDS)
def test_a_disclaimer_beside_a_directive_never_softens_it(
    frame: str, rule_id: str, command: str
) -> None:
    command = command.capitalize() if frame.startswith("{}") else command

    assert rule_id in advice_rules(frame.format(command))


def test_reports_each_rule_once_with_the_words_that_show_it() -> None:
    text = "It helps. You should stop taking it. You must switch now."

    [hit] = advice_hits(text)

    assert (hit.rule_id, hit.sentence) == ("advice.directive", "s1")
    assert text[hit.start : hit.end].startswith("You should stop")


def test_points_at_the_words_as_they_were_given() -> None:
    text = "It helps. \u200bPle\u00adase st\u200bop taking it."

    [hit] = advice_hits(text)

    assert text[hit.start : hit.end] == "Ple\u00adase st\u200bop"


def test_points_at_what_is_joined_on_to_an_allowed_frame() -> None:
    text = "Tell your doctor and stop taking it."

    [hit] = advice_hits(text)

    assert text[hit.start : hit.end] == "stop"


@pytest.mark.parametrize("text", [ASKED, "Should I take 20 mg?", "Do I have MDS?"])
def test_a_question_for_the_doctor_makes_no_choice(text: str) -> None:
    assert advice_rules(text) == set()


@given(
    st.text(max_size=120) | st.from_regex(r"(?:you|should|stop|take|10|mg|and|your|doctor|[ .,;])+")
)
def test_never_raises_and_points_inside_the_sentence(text: str) -> None:
    for hit in advice_hits(text):
        assert 0 <= hit.start <= hit.end <= len(text)
        assert hit.rule_id in RULES


BAIT = {
    "a": "a " * 30_000,
    "shouting": "!!!!" * 5_000,
    "you": "you " * 20_000,
    "you take": "you take " * 6_600,
    "do not see": "do not see " * 5_500,
    "before you": "do not stop before you " * 2_600,
    "abbreviations": "Dr. " * 15_000,
    "stops": ". " * 30_000,
    "joined": "ask your doctor and " * 3_000,
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", BAIT.values(), ids=BAIT.keys())
def test_bait_for_regular_expressions_ends(text: str) -> None:
    assert len(advice_hits(text)) <= len(RULES)
