"""What a page says for each intent: facets in order, and the fixed sentences of the template.

Pure. The fixed sentences make no claim about health; the guard judges them all the same.
"""

import re

from caveat.model import Intent

PLAN: dict[Intent, tuple[str, ...]] = {
    Intent.AVAILABILITY: ("status", "why", "trials", "treatment", "risks"),
    Intent.DEFINITION: (
        "what_it_is",
        "process",
        "symptoms",
        "causes",
        "treatment",
        "outlook",
        "status",
        "risks",
    ),
    Intent.SYMPTOMS: ("symptoms", "what_it_is", "diagnosis", "treatment"),
    Intent.CAUSES: ("causes", "what_it_is", "prevention", "diagnosis"),
    Intent.DIAGNOSIS: ("diagnosis", "symptoms", "what_it_is", "outlook"),
    Intent.OUTLOOK: ("outlook", "treatment", "what_it_is", "support"),
    Intent.TREATMENT: ("treatment", "status", "process", "risks", "trials"),
    Intent.RISKS: ("risks", "process", "treatment", "what_it_is"),
    Intent.TRIALS: ("trials", "process", "what_it_is", "support", "status"),
    Intent.SUPPORT: ("support", "what_it_is", "treatment"),
    Intent.PREVENTION: ("prevention", "causes", "what_it_is"),
    Intent.GENERAL: ("what_it_is", "symptoms", "treatment", "risks", "outlook"),
}

# These can be answered from any facet: a question without an aspect of its own, and one whose
# aspect is a subject of its own as well, so that its passages have facets of every kind.
_OPEN = frozenset({Intent.GENERAL, Intent.DEFINITION, Intent.TRIALS, Intent.SUPPORT})
_LEADING_FACETS = 3


def leads(intent: Intent, facet: str, *, says_the_aspect: bool) -> bool:
    """Tell whether a sentence may give the short answer: one about another aspect is none."""
    first, *others = PLAN[intent][:_LEADING_FACETS]
    return intent in _OPEN or facet == first or (facet in others and says_the_aspect)


# The words by which a question asks for a facet. A passage of that facet need not say them: how
# an illness is diagnosed is told in sentences about tests.
ASPECTS: dict[str, frozenset[str]] = {
    facet: frozenset(words.split())
    for facet, words in {
        "what_it_is": "mean meaning definition explain",
        "symptoms": "symptom sign feel notice early",
        "causes": "cause caused causing risk factor inherit inherited hereditary genetic lead",
        "diagnosis": "diagnose diagnosed diagnosis diagnosing test tested testing find found"
        " detect detected",
        "outlook": "outlook prognosis survival survive surviving live long lifeexpectancy cure"
        " turn become change develop progress worse chance serious rate",
        "status": "approved cover covered coverage option experimental work use",
        "why": "why reason",
        "treatment": "treat treated treating treatment therapy medicine medication drug option"
        " take taking start stop use",
        "process": "happen done given take taking long during treatment",
        "risks": "risk sideeffect complication danger dangerous safe safety adverse cause harm",
        "trials": "trial study clinical join recruiting",
        "support": "support cope coping",
        "prevention": "prevent prevented preventing prevention avoid avoided",
    }.items()
}


# The words that ask for a facet and nothing else: when the evidence holds nothing on it, the page
# says so. Others, such as "cause" and "treatment", stand in questions about other facets too.
GAPS: dict[str, frozenset[str]] = {
    "symptoms": frozenset({"symptom", "sign"}),
    "causes": frozenset({"inherited", "hereditary"}),
    "outlook": frozenset({"outlook", "prognosis", "survival", "lifeexpectancy", "cure"}),
    "status": frozenset({"approved"}),
    "risks": frozenset({"sideeffect", "complication"}),
    "prevention": frozenset({"prevent", "prevented", "prevention"}),
}

# A question that asks for an explanation is answered by a sentence that says what a thing is.
EXPLAINING = frozenset({Intent.DEFINITION, Intent.GENERAL})
_DEFINES = re.compile(
    r"(.{2,80}?) (?:(?:is|are) (?:an?|the|one|\w+ \w+ that)|happens? when|changes)\b"
)


def defined_in(text: str) -> str:
    """Return the words that a sentence says the meaning of, or none."""
    match = _DEFINES.match(text)
    return match[1] if match else ""


NAMES: dict[str, str] = {
    "what_it_is": "what it is",
    "symptoms": "signs and symptoms",
    "causes": "causes and risk factors",
    "diagnosis": "how it is found",
    "outlook": "the outlook",
    "status": "approval or availability",
    "why": "the reasons",
    "treatment": "treatment",
    "process": "what happens during it",
    "risks": "risks and side effects",
    "trials": "clinical trials",
    "support": "support",
    "prevention": "prevention",
}

QUESTIONS: dict[str, str] = {
    "status": "Is this treatment approved for my illness where I live, or only studied in trials?",
    "trials": "Which clinical trials for my condition take place near me?",
    "treatment": "Which treatments are used for my type of illness, and what are they meant to do?",
    "risks": "What are the risks of this treatment, and how are they noticed early?",
    "diagnosis": "Which tests have I had, and what did each of them look for?",
    "outlook": "What is known about how this illness usually goes on?",
    "symptoms": "Which changes should I tell you about at once?",
    "causes": "Is anything known about the cause in my case?",
    "why": "What makes this difficult for my type of illness?",
    "support": "Who can my family and I talk to between appointments?",
    "process": "What happens before, during and after this treatment?",
}
MOST_QUESTIONS = 4


def gap_text(facet: str) -> str:
    """Say that nothing was found on a facet."""
    return f"The sources searched hold nothing on {NAMES[facet]} for this question."
