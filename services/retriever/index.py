"""Full-text search over passages with tantivy: BM25, English stems, no query language.

Queries are built from terms, never parsed, so nothing that a person types is a syntax error.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import tantivy

from caveat.errors import CorpusUnreadable
from caveat.model import Passage
from services.retriever.ports import Concept, Hit, Ranking
from services.retriever.words import QueryConcept, Vocabulary, searchable

_ANALYZER = "caveat_en"  # a change of analysis needs another FORMAT, and so a new build
_BOOST = {"heading": 1.3, "subject": 1.3, "text": 1.0}
_TIE_BREAKER = 0.3  # how much the other fields add to the best one
_WRITER_HEAP = 64_000_000  # bytes


def _analyzer() -> Any:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return builder.filter(tantivy.Filter.stemmer("english")).build()


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("passage_id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("stems", stored=True, tokenizer_name="raw", index_option="basic")
    for name in _BOOST:
        builder.add_text_field(name, tokenizer_name=_ANALYZER, index_option="position")
    return builder.build()


class IndexWriter:
    """Writes an index into an empty folder."""

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index(_schema(), path=str(folder), reuse=False)
        self._index.register_tokenizer(_ANALYZER, _analyzer())
        self._vocabulary = Vocabulary(_analyzer().analyze)
        # One thread, so that the same passages always give the same order among equal scores.
        self._writer = self._index.writer(heap_size=_WRITER_HEAP, num_threads=1)

    def add(self, passage: Passage) -> None:
        """Index one passage."""
        heading, subject, text = searchable(passage)
        self._writer.add_document(
            tantivy.Document(
                passage_id=[passage.passage_id],
                stems=[self._vocabulary.stems(heading, subject, text)],
                heading=[heading],
                subject=[subject],
                text=[text],
            )
        )

    def finish(self) -> None:
        """Make the index durable."""
        self._writer.commit()
        self._writer.wait_merging_threads()


class TantivyIndex:
    """A PassageIndex over a folder; the passages themselves come from `passage_of`."""

    def __init__(self, folder: Path, passage_of: Callable[[str], Passage | None]) -> None:
        try:
            self._index = tantivy.Index.open(str(folder))
            self._index.register_tokenizer(_ANALYZER, _analyzer())
            self._index.config_reader("Manual")  # a version never changes: nothing to watch
            self._index.reload()
            self._searcher = self._index.searcher()
        except (OSError, ValueError) as error:
            raise CorpusUnreadable(f"the index {folder} cannot be opened: {error}") from error
        self._schema = self._index.schema
        self._passage_of = passage_of
        self._vocabulary = Vocabulary(_analyzer().analyze)

    def search(self, text: str, limit: int) -> Ranking:
        """Rank passages by a text."""
        asked = self._vocabulary.concepts(text)
        concepts = tuple(Concept(c.name, self._count(c), c.is_aspect) for c in asked)
        size = self._searcher.num_docs
        queries = [
            (tantivy.Occur.Should, self._query(concept))
            for concept, figure in zip(asked, concepts, strict=True)
            if figure.passages
        ]
        if not queries:
            return Ranking(size, concepts, ())
        found = self._searcher.search(
            tantivy.Query.boolean_query(queries), limit=limit, count=False
        )
        hits = tuple(self._hit(address, score, asked) for score, address in found.hits)
        return Ranking(size, concepts, hits)

    def _hit(self, address: Any, score: float, asked: Iterable[QueryConcept]) -> Hit:
        document = self._searcher.doc(address)
        [passage_id], [stems] = document["passage_id"], document["stems"]
        passage = self._passage_of(passage_id)
        if passage is None:
            raise CorpusUnreadable(f"the index knows a passage that is not stored: {passage_id}")
        held = frozenset(concept.name for concept in asked if concept.is_held_by(stems))
        on_subject = self._vocabulary.names_subject([c.name for c in asked], passage.subject)
        return Hit(passage, score, held, on_subject)

    def _query(self, concept: QueryConcept) -> Any:
        """The best spelling counts; the other fields add a little to the best one."""
        spellings = [self._spelling(spelling) for spelling in concept.spellings]
        return tantivy.Query.disjunction_max_query(spellings)

    def _spelling(self, spelling: tuple[str, ...]) -> Any:
        fields = [
            tantivy.Query.boost_query(self._words(field, spelling), boost)
            for field, boost in _BOOST.items()
        ]
        return tantivy.Query.disjunction_max_query(fields, _TIE_BREAKER)

    def _words(self, field: str, spelling: tuple[str, ...]) -> Any:
        if len(spelling) == 1:
            return tantivy.Query.term_query(self._schema, field, spelling[0])
        return tantivy.Query.phrase_query(self._schema, field, list(spelling))

    def _count(self, concept: QueryConcept) -> int:
        """Count the passages that speak of a concept."""
        return int(self._searcher.search(self._query(concept), limit=1, count=True).count)


def index_files(folder: Path) -> Iterable[Path]:
    """List the files of an index that hold its content, without tantivy's locks."""
    return sorted(path for path in folder.iterdir() if not path.name.endswith(".lock"))
