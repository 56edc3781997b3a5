"""Read the demonstration notes, strictly: one fault anywhere, and nothing is built.

A note is YAML between `---` lines, then headings `## <facet>: <heading>` with paragraphs. The
body is the stored text, so that offsets point into what a person can open in the file.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import yaml

from caveat.errors import CorpusUnreadable
from caveat.model import Passage, RestsOn, Source, SourceType
from caveat.terms import DEFINITION, Vocabulary, names_of
from services.retriever.records import Entry, Slice, entry, nfc

T = TypeVar("T")

PUBLISHER, LICENCE, TIER = "Caveat demonstration notes", "Apache-2.0", 4

TOPICS = {
    "myelodysplastic-syndromes": "Myelodysplastic syndromes (MDS)",
    "car-t-cell-therapy": "CAR T-cell therapy",
    "stem-cell-transplant": "Stem cell transplant",
    "clinical-trials": "Clinical trials",
    "supportive-care": "Supportive care",
    "iron-deficiency-anemia": "Iron deficiency anemia",
    "type-2-diabetes": "Type 2 diabetes",
}
FACETS = frozenset(
    {"what_it_is", "symptoms", "causes", "diagnosis", "outlook", "status", "why", "treatment"}
    | {"process", "risks", "trials", "support", "prevention", DEFINITION}
)
# A note rests on a public source: not on another note, and never on a person's record.
SOURCE_TYPES = frozenset(SourceType) - {SourceType.DEMONSTRATION_NOTE, SourceType.PATIENT_RECORD}

_LONGEST_DEFINITION = 25  # words

_NOTE_KEYS = ("note", "title", "topic", "as_of", "notice", "rests_on")
_SOURCE_KEYS = ("title", "publisher", "url", "type", "dated")
_HEADING = re.compile(r"## (?P<facet>\w+): (?P<heading>\S.*)")
_BLOCK = re.compile(r"#[^\n]*|[^\n]+(?:\n(?!#)[^\n]+)*")


def read_notes(folder: Path) -> list[Entry]:
    """Read every note of a folder, by name. Raises CorpusUnreadable naming file and line."""
    paths = note_files(folder)
    if not paths:
        raise CorpusUnreadable(f"{folder} holds no notes (*.md)")
    entries = [_read_note(path) for path in paths]
    _refuse_words_explained_twice(zip(paths, entries, strict=True))
    return entries


def _refuse_words_explained_twice(notes: Iterable[tuple[Path, Entry]]) -> None:
    place_of: dict[str, str] = {}
    for path, each in notes:
        for passage in each.passages:
            for name in names_of(passage) if passage.facet == DEFINITION else ():
                here = f"{path}: {name!r}"
                if (elsewhere := place_of.setdefault(name.casefold(), here)) != here:
                    raise CorpusUnreadable(f"{here} is explained already, in {elsewhere}")


def note_files(folder: Path) -> list[Path]:
    """List the files of the notes, in order."""
    return sorted(folder.glob("*.md"))


def _read_note(path: Path) -> Entry:
    try:
        content = nfc(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusUnreadable(f"{path}:1: cannot be read as UTF-8 text: {error}") from error
    opening, *parts = content.split("---\n", 2)
    if opening or len(parts) != 2:
        raise CorpusUnreadable(f"{path}:1: a note begins with its keys between --- lines")
    front, rest = parts
    fields = _Fields(path, front)
    body = rest.strip()
    first_line = 3 + front.count("\n") + rest[: len(rest) - len(rest.lstrip())].count("\n")
    slices = tuple(_slices(path, first_line, body, fields.topic))
    return entry(fields.source(), body, slices)


class _Fields:
    """The keys of one note, each with the line that it stands on."""

    def __init__(self, path: Path, front: str) -> None:
        self._path = path
        try:
            root = yaml.compose(front, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise self._fault(mark.line if mark else 0, "the keys are not YAML") from error
        self._note = self._keys(root, 0, _NOTE_KEYS)
        node, line = self._note["rests_on"]
        self._source = self._keys(node, line, _SOURCE_KEYS)
        if self._text("note") != path.stem:
            raise self._fault(self._note["note"][1], f"note is not named {path.stem}")
        self.topic = self._one_of(self._note, "topic", TOPICS.__getitem__)

    def source(self) -> Source:
        """Return the note as a source; ids and hashes are not known yet."""
        url = self._text("url", self._source)
        if not re.fullmatch(r"https?://\S+", url):
            raise self._fault(self._source["url"][1], "url is not a web address")
        return Source(
            source_id="",
            type=SourceType.DEMONSTRATION_NOTE,
            title=self._text("title"),
            publisher=PUBLISHER,
            url=url,
            updated_on=None,
            retrieved_at=self._one_of(self._note, "as_of", _midnight),
            licence=LICENCE,
            text_sha256="",
            tier=TIER,
            rests_on=RestsOn(
                title=self._text("title", self._source),
                publisher=self._text("publisher", self._source),
                type=self._one_of(self._source, "type", _source_type),
                dated=self._text("dated", self._source),
            ),
        )

    def _keys(
        self, node: yaml.Node | None, line: int, wanted: tuple[str, ...]
    ) -> dict[str, tuple[yaml.Node, int]]:
        if not isinstance(node, yaml.MappingNode):
            raise self._fault(line, f"expected the keys {', '.join(wanted)}")
        found: dict[str, tuple[yaml.Node, int]] = {}
        for key, value in node.value:
            at = key.start_mark.line
            if key.value not in wanted or key.value in found:
                fault = "twice" if key.value in found else "not one of " + ", ".join(wanted)
                raise self._fault(at, f"the key {key.value!r} is {fault}")
            found[key.value] = (value, at)
        if missing := [name for name in wanted if name not in found]:
            raise self._fault(line, f"the key {missing[0]!r} is missing")
        for name in wanted:
            if name != "rests_on":
                self._text(name, found)
        return found

    def _text(self, name: str, keys: dict[str, tuple[yaml.Node, int]] | None = None) -> str:
        node, line = (keys or self._note)[name]
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self._fault(line, f"{name} is not a text")
        return str(node.value)

    def _one_of(
        self, keys: dict[str, tuple[yaml.Node, int]], name: str, convert: Callable[[str], T]
    ) -> T:
        text = self._text(name, keys)
        try:
            return convert(text)
        except (KeyError, ValueError) as error:
            raise self._fault(keys[name][1], f"{name} cannot be {text!r}") from error

    def _fault(self, line: int, fault: str) -> CorpusUnreadable:
        # The first line of the keys is the second of the file.
        return CorpusUnreadable(f"{self._path}:{line + 2}: {fault}")


def _midnight(day: str) -> datetime:
    return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)


def _source_type(name: str) -> SourceType:
    if (kind := SourceType(name)) not in SOURCE_TYPES:
        raise ValueError(name)
    return kind


def _slices(path: Path, first_line: int, body: str, subject: str) -> Iterator[Slice]:
    """Cut the body into its paragraphs, each under the heading above it."""
    heading: re.Match[str] | None = None
    is_empty, line = False, first_line
    for block in _BLOCK.finditer(body):
        line = first_line + body.count("\n", 0, block.start())
        if block[0].startswith("#"):
            if is_empty:
                raise CorpusUnreadable(f"{path}:{line}: the heading above has no paragraph")
            heading, is_empty = _heading(path, line, block[0]), True
            continue
        if heading is None:
            raise CorpusUnreadable(f"{path}:{line}: a paragraph stands before the first heading")
        if heading["facet"] == DEFINITION and (
            fault := _no_definition(heading["heading"], block[0], first=is_empty)
        ):
            raise CorpusUnreadable(f"{path}:{line}: {fault}")
        is_empty = False
        yield Slice(block.start(), block.end(), heading["heading"], heading["facet"], subject)
    if heading is None or is_empty:
        raise CorpusUnreadable(f"{path}:{line}: the note ends without a paragraph")


def _heading(path: Path, line: int, text: str) -> re.Match[str]:
    found = _HEADING.fullmatch(text)
    if found is None:
        raise CorpusUnreadable(f"{path}:{line}: a heading reads '## <facet>: <heading>'")
    if found["facet"] not in FACETS:
        raise CorpusUnreadable(f"{path}:{line}: the facet {found['facet']!r} is unknown")
    return found


def _no_definition(heading: str, text: str, *, first: bool) -> str:
    """Say why a paragraph is no definition of the words in its heading; empty when it is one."""
    passage = Passage("", "", heading, DEFINITION, text, 0, "")
    if not first:
        return "a definition is one paragraph"
    if not re.fullmatch(r"[A-Z][^.!?]*\.", text):
        return "a definition is one sentence"
    if len(text.split()) > _LONGEST_DEFINITION:
        return f"a definition has at most {_LONGEST_DEFINITION} words"
    if not any(Vocabulary([passage]).uses(text)):
        return f"the definition does not say {names_of(passage)[0]!r}"
    return ""
