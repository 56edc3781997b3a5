"""Make plain paragraphs of crawled text, and cut them into passages at whole sentences.

The crawl has lost its markup: borders show as line ends and long runs of blanks, and list items
begin with a dash. A stored text has a blank line between paragraphs, and every list item on a
line of its own without its dash.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from services.retriever.records import nfc

PASSAGE_WORDS = 120

_HEALTH_TABLE = "Approximate number of patients (when available) "
_ROW_END = re.compile(r"(?<=%) (?=[A-Z])| - (?=[A-Z])")
_ITEM = re.compile(r"(?:^|\s*\n\s*|\s{2,})[-*](?:\s+|(?=[a-zA-Z]))")
_LINE_END = re.compile(r"[^\S\n]*\n\s*")
# Three blanks are a border only where a sentence can end or begin.
_WIDE = re.compile(r"(?<=[.:;?!)\]\"]) {3,}| {3,}(?=[A-Z0-9])")
_BLANKS = re.compile(r"[^\S\n]+")
_LOOSE_MARK = re.compile(r" +([,.;:?!])(?=\s|$)")
_ITEM_MARK, _PARAGRAPH_MARK = "\x02", "\x03"  # stand for borders while the text is cleaned
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

_SENTENCE_END = re.compile(r"(?<=[.?!])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])")
_ABBREVIATION = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|St|vs|e\.g|i\.e|etc|No|approx|[A-Z])\.)$")


def tidy(text: str) -> str:
    """Bring crawled text into the form in which it is stored."""
    text = _CONTROL.sub(" ", nfc(text).replace("\r", "\n").replace("\t", " "))
    text = text.replace("\N{NO-BREAK SPACE}", " ").strip()
    text = _ITEM.sub(_ITEM_MARK, _table_rows(text))
    text = _WIDE.sub(_PARAGRAPH_MARK, _LINE_END.sub(_PARAGRAPH_MARK, text))
    text = _LOOSE_MARK.sub(r"\1", _BLANKS.sub(" ", text))
    text = re.sub(rf" *{_ITEM_MARK} *", "\n", text)
    text = re.sub(rf" *(?:\n| )*{_PARAGRAPH_MARK}[ \n{_PARAGRAPH_MARK}]*", "\n\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _table_rows(text: str) -> str:
    """Give the rows of a table of symptoms, which the crawl ran together, lines of their own."""
    before, mark, table = text.partition(_HEALTH_TABLE)
    if not mark:
        return text
    return f"{before}{mark.strip()}{_ITEM_MARK}{_ROW_END.sub(_ITEM_MARK, table)}"


def passages(text: str) -> Iterator[tuple[int, int]]:
    """Cut a stored text into slices of at most PASSAGE_WORDS words, at sentences and lines.

    Only a sentence that is longer than that alone is cut inside.
    """
    first: int | None = None
    last = count = 0
    for start, end in _pieces(text):
        words = len(text[start:end].split())
        if first is not None and count + words > PASSAGE_WORDS:
            yield first, last
            first, count = None, 0
        first = start if first is None else first
        last, count = end, count + words
    if first is not None:
        yield first, last


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """List the paragraphs that fit a passage whole, and the sentences of the others."""
    for paragraph in re.finditer(r"\S(?:.*?\S)?(?=\n\n|\Z)", text, re.DOTALL):
        if len(paragraph[0].split()) <= PASSAGE_WORDS:
            yield paragraph.span()
            continue
        for line in re.finditer(r"[^\n]+", paragraph[0]):
            for start, end in _sentences(line[0]):
                yield from _cut(text, *(paragraph.start() + line.start() + x for x in (start, end)))


def _sentences(line: str) -> Iterator[tuple[int, int]]:
    start = 0
    for border in _SENTENCE_END.finditer(line):
        if _ABBREVIATION.search(line[start : border.start()]):
            continue
        yield start, border.start() + len(border[0].rstrip())
        start = border.end()
    if start < len(line):
        yield start, len(line)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = [start + m.start() for m in re.finditer(r"\S+", text[start:end])]
    borders = [*words[::PASSAGE_WORDS], end]
    for left, right in pairwise(borders):
        yield left, left + len(text[left:right].rstrip())
