"""Run the guard over a part and over the data sets, and count."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evaluation.guard import data_sets, identifiers, questions, sentences, support, verbatim
from evaluation.guard.figures import Section
from evaluation.guard.guarding import Guard, Outcome
from evaluation.guard.mutants import mutants
from evaluation.guard.parts import FILES, HERE, Line, Part, read
from evaluation.guard.sample_medquad import Absent

Tell = Callable[[int, int], None]
"""Is told how many lines are done of how many."""

Judge = Callable[[Line], Outcome]


NAMES = (*FILES, *data_sets.NAMES)
OF_CORPUS = ("verbatim", "mutants")


@dataclass(slots=True)
class Lines:
    """The lines that a run judges, read before it begins, and what is absent."""

    part: Part
    files: dict[str, Sequence[Line]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Sequence[Line]:
        """Return the lines of a file or data set; empty when there are none."""
        return self.files.get(name, ())

    @property
    def count(self) -> int:
        """How many lines there are."""
        return sum(map(len, self.files.values()))


def gather(part: Part, folder: Path = HERE, *, corpus: bool = True) -> Lines:
    """Read a part, the data sets that are there, and the corpus's own sentences."""
    lines = Lines(part, {name: read(part, name, folder) for name in FILES})
    for name in data_sets.NAMES:
        try:
            lines.files[name] = data_sets.lines(name)
        except Absent as absent:
            lines.absent[name] = str(absent)
    if corpus:
        lines.files["verbatim"] = tuple(verbatim.untouched())
        lines.files["mutants"] = tuple(verbatim.mutated(lines.files["verbatim"], mutants))
    return lines


@dataclass(slots=True)
class Examiner:
    """Judges lines file by file and tells how far it is."""

    guard: Guard
    lines: Lines
    tell: Tell
    _done: int = 0

    def sections(self) -> Iterator[Section]:
        """Measure everything that there are lines for."""
        as_sentence, as_question = self.guard.sentence, self.guard.question
        yield sentences.of_part(
            self._judged("advice", as_sentence), self._judged("attacks", as_sentence)
        )
        for title, name in (("General information", "general"), ("Online answers", "answers")):
            if self.lines[name]:
                yield sentences.of_others(title, name, self._judged(name, as_sentence))
        yield questions.of_part(self._judged("questions", as_question))
        yield identifiers.of_part(self._judged("identifiers", self.guard.identifiers))
        yield self._support()
        yield from self._verbatim()
        for title, name in (("MedQuAD", "medquad"), ("K-QA", "kqa")):
            if self.lines[name]:
                yield sentences.of_pages(title, name, self._judged(name, as_sentence))
        for name, counted in (
            ("kqa_questions", questions.of_ordinary),
            ("medsafetybench", questions.of_harmful),
            ("simplesafetytests", questions.of_self_harm),
        ):
            if self.lines[name]:
                yield counted(self._judged(name, as_question))
        yield Section("Data sets", missing=tuple(self._missing()))

    def _judged(self, name: str, judge: Judge) -> Sequence[Outcome]:
        outcomes = []
        for line in self.lines[name]:
            outcomes.append(judge(line))
            self._done += 1
            self.tell(self._done, self.lines.count)
        return outcomes

    def _support(self) -> Section:
        authored = self._judged("support", self.guard.sentence)
        published = [
            (name, self._judged(name, self.guard.sentence)) for name in ("scifact", "medhallu")
        ]
        return support.of_part(authored, published)

    def _verbatim(self) -> Iterator[Section]:
        untouched = self._judged("verbatim", self.guard.sentence)
        mutants = self._judged("mutants", self.guard.sentence)
        if untouched:
            yield support.of_verbatim(mutants, untouched)

    def _missing(self) -> Iterator[str]:
        for name, why in self.lines.absent.items():
            yield f"{name}: {why}"
