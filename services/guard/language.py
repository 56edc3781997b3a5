"""Tell whether a sentence, or a part of it, is in another language than English. Pure.

Small words give a language away. Names, Latin terms and quoted titles have few of them, so two of
one language that are no English words have to stand near each other; other scripts need none.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from services.guard.linear import shipped

_WORDS = {
    "es": """el la los las una unos de del que y en con por para su sus se es son está están como
        más pero muy sin sobre entre ya lo le al si no usted tome deje tomar dejar debe puede
        hay ser fue esta este esto cuando también hasta desde mejor nunca siempre suspenda tiene
        necesita hoy mañana día días médico dosis pastillas medicina""",
    "fr": """le les des du une et est sont dans pour par sur avec sans ne pas que qui vous votre vos
        il elle ce cette ces au aux mais ou plus très être avoir fait prenez arrêtez prendre arrêter
        devez pouvez faut votre médecin jamais toujours aujourd jour jours soir matin dose""",
    "de": """der die das den dem des ein eine einen einem und ist sind nicht mit für von zu auf bei
        auch sie ihr ihre ihren wenn oder aber nur noch sich wird werden kann können sollten sollen
        müssen nehmen hören setzen ab täglich tag tage morgens abends arzt ohne nach vor am im zum
        zur ich wir es sofort brauchen haben""",
    "it": """il lo gli una di del della dei che e è sono nel nella con per non si da dal alla come
        più ma anche se suo sua questo questa prenda smetta prendere smettere deve può giorno giorni
        medico dose senza mai sempre subito lei""",
    "pt": """o os as um uma de do da dos das que e é são em no na nos nas com por para não se seu
        sua mais mas como você tome pare tomar parar deve pode dia dias médico dose sem nunca sempre
        hoje amanhã este esta isso remédio""",
    "nl": """de het een en is zijn niet met voor van op bij ook u uw als maar nog wordt worden kan
        moet neem stop dagelijks dag arts zonder na""",
    "pl": """i w z na do nie się jest są to że dla po jak przez lub ale proszę należy brać lek leki
        lekarz dzień codziennie""",
}  # fmt: skip
# Small words of English, and foreign ones that English texts hold: names of places, dishes, terms.
_ENGLISH = frozenset(
    """a an the of in on at to for with by from and or is are was were be been it its no not as if
    so but this that these those he she they we you i my your his her their our who what
    when can may will would should do does did has have had more most than then there all
    any some one do die den des la de le les el los las du del van von da di e y o am do me
    dose stop ab pare nos per se no on as so sole sale per non come tag arts medico""".split()
)
_TELLING = {name: frozenset(words.split()) - _ENGLISH for name, words in _WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_NEAR = 8  # words


def foreign_language_of(text: str) -> str:
    """Return the language that gives itself away in a text, or "" for English.

    "other" stands for words that English texts about health do not hold, and for other scripts.
    """
    if not text.isascii() and _is_mostly_strange(text):
        return "other"
    words = [word.casefold() for word in _WORD.findall(text)]
    english = sum(map(_is_english, words))
    told = frozenset(words)
    for name, telling in _TELLING.items():
        if not telling.isdisjoint(told) and _tells(telling, words, english):
            return name
    return "other" if len(words) >= 4 and english * 10 < len(words) * 3 else ""


def _tells(telling: frozenset[str], words: Sequence[str], english: int) -> bool:
    """Find two words of a language near each other, or one in a text that is hardly English."""
    for at in range(0, max(1, len(words) - _NEAR // 2), _NEAR // 2):
        near = words[at : at + _NEAR]
        found = telling.intersection(near)
        if len(found) >= 2 and len(found) * 5 >= len(near):
            return True
        if found and english * 2 < len(words) and len(words) >= 3:
            return True
    return False


@lru_cache(maxsize=1 << 14)
def _is_english(word: str) -> bool:
    return word in _ENGLISH or shipped("advice").knows(f"w:{word}")


def _is_mostly_strange(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    strange = sum(not _is_known(c) for c in letters)
    return strange * 2 >= len(letters) > 0 or (strange >= 3 and strange * 10 >= len(letters))


def _is_known(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("LATIN", "GREEK", "MICRO", "DOUBLE-STRUCK"))
