"""The baseline of the pipeline: its real cores called as plain functions, in one process.

    .venv/bin/python -m benchmarks.plain HOME

reads one question a line from standard input, and writes for each a JSON object with the seconds
on the clock, the seconds of CPU, and the document. Corpus, keys and policy are those of the stack
in HOME; no Kafka, no gRPC, no store, no spans.
"""

import asyncio
import json
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from caveat.attestation import load_signer, load_verifier
from caveat.errors import StartupError
from caveat.model import AnswerDrafted, Passage, QuestionAsked, Source
from services.gateway.core import uuid7
from services.generator.core import compose
from services.guard.__main__ import new_answer_id
from services.guard.engine import GuardrailsEngine, silence
from services.guard.judge import Judge
from services.guard.policy_file import load_policy
from services.guard.ports import Decision
from services.guard.settings import DEFAULT_POLICY
from services.renderer.attested import AttestedRenderer
from services.renderer.presentation import MEDIA_TYPES, Presentation
from services.retriever.core import look_up, retrieve
from services.retriever.folder import CorpusFolder
from services.retriever.version import Version, open_version
from services.router import core as routing
from services.router.adapters import LangidDetector


@dataclass(frozen=True, slots=True)
class Shelf:
    """The guard's view of the corpus, without a retriever between them."""

    version: Version

    async def passages(
        self, ids: Iterable[str]
    ) -> tuple[Mapping[str, Passage], Mapping[str, Source]]:
        """See Corpus."""
        passages, sources = look_up((self.version,), tuple(ids))
        return {p.passage_id: p for p in passages}, {s.source_id: s for s in sources}


class Nowhere:
    """A store that keeps nothing: deciding costs what it costs, and storing is the pipeline's."""

    def __init__(self) -> None:
        self._number = 0

    async def find(self, question_id: str, version: int) -> None:
        """See DecisionStore: nothing was decided before."""
        return

    async def decide_once(
        self,
        question_id: str,
        version: int,
        make: Callable[[int], Decision],
        *,
        draft: bytes | None = None,
    ) -> tuple[Decision, bool]:
        """See DecisionStore."""
        self._number += 1
        return make(self._number), True


@dataclass(frozen=True, slots=True)
class Plain:
    """All cores in a row."""

    languages: LangidDetector
    version: Version
    judge: Judge
    renderer: AttestedRenderer

    async def answer(self, question: str) -> bytes:
        """Return the signed document. Raises StartupError for a question that ends early."""
        now = datetime.now(UTC)
        event = QuestionAsked(uuid7(now, uuid.uuid4().bytes[:10]), question, asked_at=now)
        text, redacted = routing.redact(routing.accept(event))
        lang = routing.language_of(*self.languages.detect(text), event.lang)
        screening = await self.judge.engine.screen(text, lang, self.judge.policy)
        routed = routing.route(
            event, text, redacted=redacted, lang=lang, disposition=screening.disposition, now=now
        )
        found = retrieve(self.version, routed.search_text, intent=routed.intent)
        draft = compose(routed, found.evidence)
        if routed.disposition not in routing.ANSWERED or draft is None:
            # It would cost next to nothing, and the pipeline would look dear.
            raise StartupError(f"{question!r} ends early: take it out of questions.txt")
        guarded = await self.judge.decide_draft(
            AnswerDrafted(routed, found.evidence, draft), version=1, trace_id=uuid.uuid4().hex
        )
        page = self.renderer.open_for(
            guarded.document, guarded.jws, question_id=event.question_id, version=1
        )
        for media_type in MEDIA_TYPES:
            self.renderer.render(page, media_type)
        return guarded.document


async def plain_of(home: Path) -> Plain:
    """Build it with what the stack in this folder has."""
    folder = CorpusFolder(home / "corpus")
    version = open_version(folder.versions / folder.pointer().current)
    policy = load_policy(DEFAULT_POLICY)
    silence(home / "plain")
    engine = GuardrailsEngine()
    await engine.warm_up(policy)
    judge = Judge(
        policy=policy,
        engine=engine,
        corpus=Shelf(version),
        store=Nowhere(),  # type: ignore[arg-type] - deciding needs two of its methods
        signer=load_signer(home / "keys"),
        now=lambda: datetime.now(UTC),
        new_answer_id=new_answer_id,
    )
    renderer = AttestedRenderer(load_verifier(home / "keys"), Presentation())
    return Plain(LangidDetector(), version, judge, renderer)


async def serve(home: Path) -> None:
    """Answer what comes in until nothing more comes."""
    plain = await plain_of(home)
    _say({"ready": True})
    for line in sys.stdin:  # nothing else runs in this loop
        began, worked = time.perf_counter(), time.process_time()
        document = await plain.answer(line.rstrip("\n"))
        took: dict[str, Any] = {
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - worked,
        }
        _say(took | {"document": json.loads(document)})


def _say(told: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(Path(sys.argv[1])))
