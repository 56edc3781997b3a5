"""What a page says for each intent: facets in order, and the fixed sentences of the template.

Pure data. The fixed sentences make no claim about health; the guard judges them all the same.
"""

from caveat.model import Intent

PLAN: dict[Intent, tuple[str, ...]] = {
    Intent.AVAILABILITY: ("status", "why", "trials", "treatment", "risks"),
    Intent.DEFINITION: ("what_it_is", "symptoms", "causes", "treatment", "outlook"),
    Intent.SYMPTOMS: ("symptoms", "what_it_is", "diagnosis", "treatment"),
    Intent.CAUSES: ("causes", "what_it_is", "prevention", "diagnosis"),
    Intent.DIAGNOSIS: ("diagnosis", "symptoms", "what_it_is", "outlook"),
    Intent.OUTLOOK: ("outlook", "treatment", "what_it_is", "support"),
    Intent.TREATMENT: ("treatment", "status", "process", "risks", "trials"),
    Intent.RISKS: ("risks", "process", "treatment", "what_it_is"),
    Intent.TRIALS: ("trials", "status", "what_it_is", "support"),
    Intent.SUPPORT: ("support", "what_it_is", "treatment"),
    Intent.PREVENTION: ("prevention", "causes", "what_it_is"),
    Intent.GENERAL: ("what_it_is", "symptoms", "treatment", "risks", "outlook"),
}

# A question without an aspect of its own can be answered from any, and so leaves no gap.
_OPEN = frozenset({Intent.GENERAL, Intent.DEFINITION})
_LEADING_FACETS = 3


def leads(intent: Intent, facet: str) -> bool:
    """Tell whether a facet may give the short answer: an answer about another aspect is none."""
    return intent in _OPEN or facet in PLAN[intent][:_LEADING_FACETS]


def gaps_told(intent: Intent) -> tuple[str, ...]:
    """List the facets whose absence a reader should know: what the question is about.

    Trials and support are subjects as well as aspects, so their absence cannot be told from a
    passage's facet.
    """
    told = intent not in _OPEN | {Intent.TRIALS, Intent.SUPPORT}
    return PLAN[intent][:1] if told else ()


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
