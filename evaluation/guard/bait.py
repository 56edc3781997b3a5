"""Make inputs that nobody meant the guard to get.

The same seed and number make the same input, as long as the readable parts stay as they are.
"""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from caveat.model import (
    Block,
    BlockType,
    Draft,
    DraftCitation,
    DraftSentence,
    Gap,
    Item,
    Passage,
    QuestionToAsk,
    Quote,
    Section,
)
from evaluation.guard.parts import FILES, Part, read

LONGEST = 60_000
_INVISIBLE = "\u200b\u200c\u200d\u2060\u00ad\ufeff\u202e\u202d\u2066\u2069\u180e\u034f\ufe0f\u115f"
_CONFUSABLE = "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u03bf\u03b1\uff41\uff45\u0131\u1d07"
_BLANKS = "\t\n\r\v\f\x00\x1c\x85\u00a0\u2003\u2028\u2029\u3000"
# What patterns look for, so that many begin to match and few end.
_BAITS = (
    "a", " ", "\n", "-", "_", ".", ",", "(", "[", "<", "&#", "%2", "\\", "'", '"', "|", "0", "1 ",
    "1.", "1,", "12 mg ", "5 mg/m2 ", "you ", "your ", "if you ", "should ", "take ", "take a ",
    "stop taking ", "not ", "may ", "do not ", "how many ", "how to ", "my name is A ", "I am A ",
    "Dr ", "born on ", "a@", "a.", "@a.", "http://", "www.", "+1 ", "555-", "123 456 ", "12/12/",
    "2020-01-", "MRN ", "1 A ", "fever ", "overdose ", "ignore ", "pretend ", "my ", "i ",
    "is it ", "what ", "people ", "patients with ", "the guideline ", "according to ", "and ",
    "but ", "so ", "or ", "e.g. ", "no. ", "Mr. ", "A", "Aa ", "\u200b", "\u0301", "\u202e",
    "\ufb03", "\ufdfa", "\u1e9b\u0323", "\U0001f9ec", "![", "](", "<!--", "```", "&lt;", "\\u00",
    "==", "YWJj",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bait:
    """One input, by the name that makes it again: a text, a line for `check_line`, or a draft."""

    name: str
    kind: str
    text: str | None = None
    line: str | None = None
    draft: Draft | None = None
    passages: tuple[Passage, ...] = ()


def sentences() -> Sequence[str]:
    """Return the sentences and questions that may be read, to be mutated."""
    parts = [part for part in Part if part.readable]
    lines = [line for part in parts for file in FILES for line in read(part, file)]
    return [line.open.get("text") or line.open["question"] for line in lines]


def bait(seed: int, number: int, known: Sequence[str]) -> Bait:
    """Make one input of a run."""
    name = f"{seed}:{number}"
    chance = random.Random(name)  # noqa: S311 - chance, not a secret
    kind = chance.choices(tuple(_MAKERS), weights=_WEIGHTS)[0]
    return _MAKERS[kind](name, chance, known)


def _unicode(chance: random.Random, length: int) -> str:
    """Make code points of all planes, lone surrogates and unassigned ones included."""
    tops = chance.choices((0x7F, 0x24F, 0x1FFF, 0xFFFF, 0x10FFFF), k=length)
    return "".join(chr(chance.randint(0, top)) for top in tops)


def _mutated(chance: random.Random, known: Sequence[str]) -> str:
    """Change a sentence here and there, as typing errors and disguises do."""
    text = list(chance.choice(known))
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(text) + 1)
        change = chance.randrange(6)
        if change == 0:
            del text[place : place + chance.randint(1, 5)]
        elif change == 1:
            text[place:place] = chance.choice(_INVISIBLE + _CONFUSABLE + _BLANKS)
        elif change == 2:
            text[place : place + 1] = chance.choice(_CONFUSABLE)
        elif change == 3:
            text[place:place] = chance.choice(_BAITS)
        elif change == 4:
            text[place:place] = chance.choice(known)[: chance.randint(1, 80)]
        else:
            text[place : place + 9] = "".join(text[place : place + 9]).swapcase()
    return "".join(text)


def _repeated(chance: random.Random, known: Sequence[str], length: int) -> str:
    """Repeat one to three pieces, now and then with an end that makes a match fail."""
    pieces = [
        chance.choice(_BAITS) if chance.random() < 0.8 else chance.choice(known)
        for _ in range(chance.randint(1, 3))
    ]
    unit = "".join(piece * chance.choice((1, 1, 2, 30)) for piece in pieces)[:length]
    start, end = chance.choice(("", *_BAITS)), chance.choice(("", "!", "\n", "x", "?", "\x00"))
    return (start + unit * (length // max(len(unit), 1)) + end)[:length]


def _of_unicode(name: str, chance: random.Random, known: Sequence[str]) -> Bait:
    return Bait(name, "unicode", text=_unicode(chance, chance.randint(0, 300)))


def _of_mutated(name: str, chance: random.Random, known: Sequence[str]) -> Bait:
    return Bait(name, "mutated", text=_mutated(chance, known))


def _of_repeated(name: str, chance: random.Random, known: Sequence[str]) -> Bait:
    length = chance.choice((50, 400, 1_000, 4_000))
    return Bait(name, "repeated", text=_repeated(chance, known, length))


def _of_long(name: str, chance: random.Random, known: Sequence[str]) -> Bait:
    if chance.random() < 0.5:
        return Bait(name, "long", text=_repeated(chance, known, LONGEST))
    words = " ".join(chance.choices(known, k=LONGEST // 40))
    return Bait(name, "long", text=words[:LONGEST])


def _of_binary(name: str, chance: random.Random, known: Sequence[str]) -> Bait:
    raw = chance.randbytes(chance.randint(0, 400))
    coding = chance.choice(("latin-1", "utf-8", "utf-16-le"))
    return Bait(name, "binary", line=raw.decode(coding, errors="replace"))


def _of_keys(name: str, chance: random.Random, known: Sequence[str]) -> Bait:
    """Make JSON of other shapes than `check_line` knows."""
    names = ("text", "question", "passage", "quote", "lang", "_label", "TEXT", "", "__class__",
             _unicode(chance, 5))  # fmt: skip
    values: tuple[object, ...] = (
        chance.choice(known), "", " ", None, 0, -1.5, True, [], {}, ["text"], {"text": "a"},
        10**400, _unicode(chance, 20),
    )  # fmt: skip
    pairs = {chance.choice(names): chance.choice(values) for _ in range(chance.randint(0, 5))}
    whole = json.dumps(pairs)
    depth = chance.choice((3, 2_000, 100_000))
    odd = ("[" * depth, '{"text":' * depth, whole[: chance.randint(0, len(whole))], "NaN", "null",
           f'{{"text": "a", "text": {whole}}}')  # fmt: skip
    return Bait(name, "keys", line=whole if chance.random() < 0.7 else chance.choice(odd))


def _of_draft(name: str, chance: random.Random, known: Sequence[str]) -> Bait:
    """Make a draft of anything: empty, cited to nothing, with ids that name nothing."""
    passages = tuple(
        Passage(
            f"psg_{n}", "src_one", "", "treatment", chance.choice(known), chance.randrange(9), ""
        )
        for n in range(chance.randint(0, 4))
    )
    cited = [_sentence(chance, known, passages, n) for n in range(chance.choice((0, 1, 3, 40)))]
    ids = [*(one.sentence_id for one in cited), "s999", ""]
    blocks = tuple(
        Block(chance.choice(tuple(BlockType)), (Item(tuple(chance.choices(ids, k=2))), Item(())))
        for _ in range(chance.randint(0, 2))
    )
    draft = Draft(
        composer=_unicode(chance, chance.choice((0, 10))),
        sentences=tuple(cited),
        summary=tuple(chance.choices(ids, k=chance.randint(0, 3))),
        sections=(Section(chance.choice(("treatment", "", "\x00")), blocks),) * len(blocks),
        questions_to_ask=(QuestionToAsk(chance.choice(ids), tuple(ids)),) * chance.randint(0, 1),
        gaps=(Gap(chance.choice(ids), _unicode(chance, 5)),) * chance.randint(0, 1),
        glossary=tuple(chance.choices(ids, k=chance.randint(0, 2))),
    )
    return Bait(name, "draft", draft=draft, passages=passages)


def _of_citations(name: str, chance: random.Random, known: Sequence[str]) -> Bait:
    """Make one sentence with five hundred citations, or one more than are allowed."""
    text = " ".join(chance.choices(known, k=20))
    passage = Passage("psg_0", "src_one", "", "treatment", text, 0, "")
    given = tuple(_citation(chance, (passage,)) for _ in range(chance.choice((499, 500, 501))))
    sentence = DraftSentence("s1", chance.choice(known), given)
    section = Section("treatment", (Block(BlockType.PARAGRAPH, (Item(("s1",)),)),))
    draft = Draft("extractive/1", (sentence,), ("s1",), (section,))
    return Bait(name, "citations", draft=draft, passages=(passage,))


def _sentence(
    chance: random.Random, known: Sequence[str], passages: Sequence[Passage], number: int
) -> DraftSentence:
    texts = (chance.choice(known), _mutated(chance, known), _unicode(chance, 40), "", " ")
    given = tuple(_citation(chance, passages) for _ in range(chance.choice((0, 1, 1, 3))))
    own = chance.choice((f"s{number + 1}", f"s{number + 1}", "", "s", _unicode(chance, 3)))
    return DraftSentence(own, chance.choice(texts), given)


def _citation(chance: random.Random, passages: Sequence[Passage]) -> DraftCitation:
    """Quote a passage, rightly or with something wrong about it."""
    if not passages or chance.random() < 0.1:
        return DraftCitation("psg_none", Quote("", "", "", chance.randint(-9, 9), -1))
    passage = chance.choice(passages)
    start = chance.randrange(len(passage.text))
    end = chance.randint(start, len(passage.text))
    exact, before = passage.text[start:end], passage.text[max(0, start - 8) : start]
    shift = passage.start + chance.choice((0, 0, 0, 1, -(10**9), 10**9))
    quote = Quote(exact, before, passage.text[end : end + 8], start + shift, end + shift)
    return DraftCitation(passage.passage_id, quote)


_Maker = Callable[[str, random.Random, Sequence[str]], Bait]
_MAKERS: Mapping[str, _Maker] = {
    "mutated": _of_mutated,
    "unicode": _of_unicode,
    "repeated": _of_repeated,
    "draft": _of_draft,
    "keys": _of_keys,
    "binary": _of_binary,
    "citations": _of_citations,
    "long": _of_long,
}
_WEIGHTS = (480, 150, 120, 100, 80, 60, 8, 2)
