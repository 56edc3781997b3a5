"""Word lists that several rules share."""

from collections.abc import Iterable

DIRECTIVE_VERBS = (
    "start", "stop", "take", "begin", "skip", "switch", "quit", "increase", "decrease", "reduce",
    "double", "halve", "avoid", "continue", "discontinue", "resume", "use", "try", "choose",
    "pick", "consider", "request", "insist on", "refuse", "accept", "join", "enroll", "enrol",
    "change", "replace", "hold off", "wait", "ignore", "go for", "go with", "opt for", "stay on",
    "stick with", "keep taking", "demand", "apply", "inject", "swallow", "give", "put", "get",
    "have", "ask for", "look for", "delay", "postpone", "decline", "schedule", "follow",
    "monitor", "measure", "check your", "stay away", "keep",
)  # fmt: skip

LIFESTYLE_VERBS = (
    "eat", "drink", "exercise", "sleep", "rest", "walk", "cut down", "cut out", "cut back",
    "lose weight", "quit smoking", "stop smoking", "limit", "get plenty", "get enough",
    "get regular", "wash", "stay active", "stay hydrated", "wear", "brush", "maintain",
)  # fmt: skip

# The people and services to whom a frame may lead.
CARER = (
    r"\b(?:doctors?|physicians?|nurses?|pharmacists?|oncologists?|h(?:a)?ematologists?"
    r"|(?:care|medical|health ?care|transplant|cancer|treatment|hospital) (?:team|providers?|professionals?|centers?)"
    r"|providers?|specialists?|clinicians?|dentists?|surgeons?|counsell?ors?|therapists?|dietiti?[oc]ians?"
    r"|emergency (?:room|services?|number|department|care|help)|hospital|clinic|ambulance|911|999|112"
    r"|medical (?:help|care|attention|advice)|second opinion|team)\b"
)
CARE = (
    r"(?:\b(?:your|the|a|an|any|his|her|their|with your)\s+)?"
    rf"(?:\w+\s){{0,3}}?{CARER}"
)

DOSE = (
    r"\b(?:\d+(?:[.,]\d+)?|one|two|three|four|half an?|an?)\s?(?:mg|mcg|micrograms?|milligrams?|g|grams?|ml|milliliters?|millilitres?|iu"
    r"|units?|tablets?|pills?|capsules?|drops?|puffs?|teaspoons?|tablespoons?|mg/\S+)\b"
)

REMEDY = (
    r"(?:turmeric|curcumin|apricot (?:kernels?|seeds?)|laetrile|colloidal silver|essential oils?"
    r"|black seed oil|alkaline (?:water|diet)|coffee enemas?|homeopath\w+|megadoses?|ivermectin"
    r"|cannabis oil|cbd oil|baking soda|herbal (?:tea|remed\w+|cure)|mistletoe|miracle mineral)"
)


def any_of(words: Iterable[str]) -> str:
    """Make a group that matches any of these words, longest first."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"
