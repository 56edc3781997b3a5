"""Change one thing in a sentence so that it says something else: pure, and the same every time.

Each kind yields what becomes of a sentence, or nothing where it has nothing of the kind to change.
A guard that checks citations has to stop every one of them beside the sentence's own quote.
"""

import re
from collections.abc import Callable, Iterator, Mapping

_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)?(?![\w-])(?!\.\d)")
_UNITS = (
    ("mg", "g"), ("months", "weeks"), ("years", "months"), ("weeks", "days"), ("days", "hours"),
    ("hours", "minutes"), ("minutes", "hours"), ("percent", "points"), ("month", "year"),
    ("week", "month"), ("day", "week"), ("year", "month"),
)  # fmt: skip
_DRUGS = (
    ("azacitidine", "decitabine"), ("decitabine", "cytarabine"), ("lenalidomide", "thalidomide"),
    ("luspatercept", "imetelstat"), ("imetelstat", "luspatercept"), ("venetoclax", "ivosidenib"),
    ("CAR-T", "CAR-NK"), ("CAR T-cell", "CAR NK-cell"), ("chemotherapy", "radiotherapy"),
    ("transplant", "transfusion"), ("transfusion", "transplant"), ("transfusions", "transplants"),
    ("iron", "copper"), ("fludarabine", "bendamustine"), ("aspirin", "ibuprofen"),
    ("metformin", "gliclazide"), ("insulin", "glucagon"), ("epoetin", "filgrastim"),
    ("ruxolitinib", "imatinib"), ("antibiotics", "antihistamines"), ("growth factors", "vitamins"),
)  # fmt: skip
_GROUPS = (
    ("adults", "children"), ("children", "adults"), ("women", "men"), ("men", "women"),
    ("older", "younger"), ("MDS", "CLL"), ("AML", "ALL"), ("myelodysplastic", "myeloproliferative"),
    ("leukemia", "lymphoma"), ("leukaemia", "lymphoma"), ("lymphoma", "myeloma"),
    ("anemia", "asthma"), ("anaemia", "asthma"), ("blood", "bone"), ("bone marrow", "spleen"),
    ("red blood cells", "platelets"), ("platelets", "red blood cells"), ("heart", "lung"),
    ("kidney", "liver"), ("liver", "kidney"), ("infections", "fractures"), ("skin", "eye"),
    ("diabetes", "epilepsy"), ("pregnant", "elderly"), ("TP53", "CFTR"), ("patients", "mice"),
)  # fmt: skip
_DIRECTIONS = (
    ("more", "less"), ("less", "more"), ("higher", "lower"), ("lower", "higher"), ("high", "low"),
    ("low", "high"), ("longer", "shorter"), ("shorter", "longer"), ("increase", "decrease"),
    ("increases", "decreases"), ("increased", "decreased"), ("reduce", "increase"),
    ("reduces", "increases"), ("reduced", "increased"), ("better", "worse"), ("worse", "better"),
    ("rise", "fall"), ("rises", "falls"), ("above", "below"), ("below", "above"),
    ("before", "after"),
    ("after", "before"), ("fewer", "more"), ("improve", "worsen"), ("improves", "worsens"),
    ("improved", "worsened"), ("larger", "smaller"), ("start", "stop"), ("severe", "mild"),
    ("early", "late"), ("fast", "slow"), ("slowly", "quickly"),
)  # fmt: skip
_HEDGES = (
    ("may", "will always"), ("can", "always"), ("could", "must"), ("might", "certainly will"),
    ("often", "always"), ("often", "rarely"), ("usually", "always"), ("usually", "rarely"),
    ("sometimes", "always"), ("most", "all"), ("many", "few"), ("some", "all"), ("rarely", "often"),
    ("rare", "common"), ("common", "rare"), ("always", "sometimes"), ("few", "most"),
)  # fmt: skip
_DENIED = (
    (r"\b(is|are|was|were|can|may|will|could|has|have|does|do|did)\b(?! not)", r"\1 not"),
    (r"\b(is|are|was|were|may|will|could|has|have|does|do|did) not\b", r"\1"),
    (r"\bcannot\b", "can"),
    (r"\b[Nn]o (?=\w)", "some "),
    (r"\bwithout\b", "with"),
    (r"\bnever\b", "ever"),
)


def numbers(sentence: str) -> Iterator[str]:
    """Raise each number by a bit more than one."""
    for match in _NUMBER.finditer(sentence):
        figure = match.group().replace(",", "")
        if "." in figure:
            changed = f"{float(figure) + 1.3:.{len(figure.partition('.')[2])}f}"
        else:
            changed = str(int(figure) + (2 if int(figure) < 1900 else 11))
        yield sentence[: match.start()] + changed + sentence[match.end() :]


def _swapped(pairs: tuple[tuple[str, str], ...]) -> Callable[[str], Iterator[str]]:
    def swap(sentence: str) -> Iterator[str]:
        for before, after in pairs:
            pattern = rf"(?<![\w-]){re.escape(before)}(?![\w-])"
            for match in re.finditer(pattern, sentence, re.IGNORECASE):
                put = after[0].upper() + after[1:] if match.group()[0].isupper() else after
                yield sentence[: match.start()] + put + sentence[match.end() :]

    return swap


def negations(sentence: str) -> Iterator[str]:
    """Deny what a sentence says, or say what it denies."""
    for pattern, after in _DENIED:
        match = re.search(pattern, sentence)
        if match is not None:
            yield sentence[: match.start()] + match.expand(after) + sentence[match.end() :]


KINDS: Mapping[str, Callable[[str], Iterator[str]]] = {
    "number": numbers,
    "unit": _swapped(_UNITS),
    "drug": _swapped(_DRUGS),
    "population": _swapped(_GROUPS),
    "direction": _swapped(_DIRECTIONS),
    "negation": negations,
    "hedge": _swapped(_HEDGES),
}


def mutants(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield every mutant of a sentence with its kind; none equals the sentence."""
    for kind, change in KINDS.items():
        for mutant in change(sentence):
            if mutant != sentence:
                yield kind, mutant
