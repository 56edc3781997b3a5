"""Play samples through the gateway's own application, over stand-ins for everything behind it.

The interface is the gateway's: its routes, its store, its reading of answers and progress, and the
renderer's own pages. Only Kafka and the other services are not there: a question that is sent out
comes back as the records that they would have put on the topics.
"""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from caveat import wire
from caveat.attestation import canonical
from caveat.chassis.stream import Done, Message
from caveat.errors import PermanentError, UnknownRecord, UpstreamUnavailable
from caveat.model import AnswerPublished, Passage, ProgressMade, QuestionAsked, Source
from caveat.pipeline import ANSWER_PUBLISHED, PROGRESS_MADE, STAGES
from caveat.samples import Sample
from caveat.samples.repertoire import AWAY, SLOW, SLOWER, Repertoire
from caveat.terms import DEFINITION, Vocabulary
from services.gateway.records import KeptPassage, KeptSource, SignedAnswer
from services.gateway.stream import AnswerReader, ProgressReader
from services.renderer.attested import AttestedRenderer

M = TypeVar("M")

_STAGE_OF_STEP = {stage.step: stage for stage in STAGES if stage.step}


@dataclass(slots=True)
class Player:
    """An outbox whose questions are answered by samples, after `delay` seconds."""

    repertoire: Repertoire
    answers: AnswerReader
    progress: ProgressReader
    now: Callable[[], datetime]
    new_answer_id: Callable[[], str]
    delay: float
    _playing: set[asyncio.Task[None]] = field(default_factory=set)
    _offsets: Iterator[int] = field(default_factory=itertools.count)

    async def start(self) -> None:
        """Put every sample into the store as it was signed, so that it has a lasting address."""
        for sample in self.repertoire.samples:
            signed = sample.envelope["attestation"]["jws"]
            await self._publish(sample.document, canonical(sample.document), signed)

    async def stop(self) -> None:
        """Stop playing."""
        for task in self._playing:
            task.cancel()
        await asyncio.gather(*self._playing, return_exceptions=True)

    async def send(self, question: QuestionAsked) -> None:
        """See Outbox. Raises UpstreamUnavailable when the question asks for that."""
        state = self.repertoire.state_in(question.text)
        if state == AWAY:
            raise UpstreamUnavailable("kafka", f"the question says state:{AWAY}")
        sample = self.repertoire.choose(question.text, question.region)
        seconds = self.delay * (SLOWER if state == SLOW else 1)
        task = asyncio.create_task(self._play(question.question_id, sample, seconds))
        self._playing.add(task)
        task.add_done_callback(self._playing.discard)

    async def _play(self, question_id: str, sample: Sample, seconds: float) -> None:
        *before, last = sample.steps
        for step in before:
            await asyncio.sleep(seconds / len(sample.steps))
            await self._tell(question_id, step, sample.steps[step])
        await asyncio.sleep(seconds / len(sample.steps))
        answer_id = self.new_answer_id()
        content, jws = sample.issued(question_id, answer_id)
        await self._publish({"question_id": question_id, "id": answer_id}, content, jws)
        await self._tell(question_id, last, sample.steps[last])

    async def _tell(self, question_id: str, step: str, counts: Mapping[str, int]) -> None:
        stage = _STAGE_OF_STEP[step]
        event = ProgressMade(question_id, stage.name, stage.seq, self.now(), counts)
        await self.progress.apply(self._record(PROGRESS_MADE, event))

    async def _publish(self, named: Mapping[str, Any], content: bytes, jws: str) -> None:
        event = AnswerPublished(named["question_id"], 1, named["id"], content, jws, ())
        outcome = await self.answers.handle(self._record(ANSWER_PUBLISHED, event))
        if not isinstance(outcome, Done):
            raise PermanentError(f"the gateway did not take a sample: {outcome}")

    def _record(self, topic: str, event: ProgressMade | AnswerPublished) -> Message:
        at = int(self.now().timestamp() * 1000)
        return Message(topic, 0, next(self._offsets), at, event.question_id, wire.encode(event), {})


@dataclass(frozen=True, slots=True)
class RendererHere:
    """The renderer's own code, in this process."""

    attested: AttestedRenderer

    async def render(self, answer: SignedAnswer, media_type: str) -> bytes:
        """See Renderer."""
        page = self.attested.open(answer.document, answer.jws)
        return self.attested.render(page, media_type).content


class PassagesHere:
    """The passages that the samples rest on."""

    def __init__(self, kept: Mapping[str, Any]) -> None:
        sources = (_source(entry, kept["corpus_version"]) for entry in kept["entries"])
        self._sources = {kept.source.source_id: kept for kept in sources}
        passages = (passage for kept in self._sources.values() for passage in kept.passages)
        self._vocabulary = Vocabulary(p for p in passages if p.facet == DEFINITION)

    async def passages(self, passage_ids: Sequence[str]) -> Mapping[str, KeptPassage]:
        """See Passages."""
        return {
            passage.passage_id: KeptPassage(passage, kept.source)
            for kept in self._sources.values()
            for passage in kept.passages
            if passage.passage_id in passage_ids
        }

    async def source(self, source_id: str) -> KeptSource:
        """See Passages."""
        if source_id not in self._sources:
            raise UnknownRecord(f"no sample rests on {source_id}")
        return self._sources[source_id]

    async def definition(self, term: str) -> KeptPassage:
        """See Passages."""
        definition = self._vocabulary.named(term)
        if definition is None:
            raise UnknownRecord("no sample explains this word")
        return KeptPassage(definition, self._sources[definition.source_id].source)


class NoLog:
    """An audit log that holds none of the samples, for nobody has decided anything."""

    async def prove(self, number: int, size: int = 0) -> Any:
        """See Log."""
        raise UnknownRecord(f"decision {number} is a sample's, and samples are in no log")

    async def checkpoint(self, size: int = 0) -> str:
        """See Log."""
        raise UnknownRecord("samples are in no log")


def _source(entry: Mapping[str, Any], corpus_version: str) -> KeptSource:
    passages = (_read(Passage, passage) for passage in entry["passages"])
    return KeptSource(
        _read(Source, entry["source"]), entry["text"], tuple(passages), corpus_version
    )


def _read(kind: type[M], fields: Mapping[str, Any]) -> M:
    return wire.decode_json(kind, json.dumps(fields).encode())
