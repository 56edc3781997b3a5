"""Who has the guard's or the renderer's own user on Kafka still shows nobody a forged sentence."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from joserfc.jwk import OKPKey
from prometheus_client.parser import text_string_to_metric_families

from caveat import wire
from caveat.attestation import Signer, canonical, load_signer
from caveat.model import AnswerGuarded, AnswerPublished, QuestionAsked, Rendering
from caveat.pipeline import ANSWER_GUARDED, ANSWER_PUBLISHED, QUESTION_ASKED
from tests.builders import a_question_id
from tests.e2e.asking import Asking, put, records
from tests.e2e.conftest import Stack
from tests.e2e.test_faults import away

MARK = "Stop taking your medicine."
HOT = 12  # partitions
STRANGER = Signer(OKPKey.generate_key("Ed25519"))

Record = AnswerGuarded | AnswerPublished


@pytest.fixture(scope="module")
def asking(stack: Stack) -> Asking:
    return Asking(stack)


@dataclass(frozen=True)
class Genuine:
    """An answer as it is served, and its records as they are on Kafka."""

    asking: Asking
    question_id: str
    served: dict[str, bytes]
    guarded: AnswerGuarded
    published: AnswerPublished

    def read(self, media_type: str = "application/json") -> bytes:
        return said_at(self.asking, self.question_id, media_type)


def said_at(asking: Asking, question_id: str, media_type: str) -> bytes:
    """Read an answer, but for the log's part of the envelope, which comes a moment later."""
    content = asking.get(f"/v1/answers/{question_id}", Accept=media_type).content
    return re.sub(rb'"log":(null|\{[^}]*\})', b'"log":null', content)


def genuine_of(asking: Asking, question_id: str) -> Genuine:
    asking.settled(question_id)
    forms = ("application/json", "text/html", "text/plain", "text/markdown")
    served = {form: said_at(asking, question_id, form) for form in forms}
    guarded, published = (
        next(
            wire.decode(kind, record.value)  # type: ignore[type-var]
            for record in records(asking.stack, topic, HOT)
            if (record.key or b"").decode() == question_id
        )
        for topic, kind in ((ANSWER_GUARDED, AnswerGuarded), (ANSWER_PUBLISHED, AnswerPublished))
    )
    return Genuine(asking, question_id, served, guarded, published)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def genuine(asking: Asking) -> Genuine:
    return genuine_of(asking, asking.accepted("What are the symptoms of MDS?"))


@pytest.fixture(scope="module")
def another(asking: Asking) -> Genuine:
    return genuine_of(asking, asking.accepted("Is lenalidomide approved for MDS?"))


# --- what somebody writes ---


def altered(document: bytes, **changes: Any) -> bytes:
    return canonical(json.loads(document) | {"title": MARK} | changes)


def by_the_guards_key_id(stack: Stack, document: bytes) -> str:
    header = load_signer(stack.home / "keys").sign(document).partition(".")[0]
    return f"{header}..{STRANGER.sign(document).rpartition('.')[2]}"


def forgeries(genuine: Genuine, another: Genuine, record: Record) -> dict[str, Record]:
    """Make every kind of record that must not be shown."""
    changed = altered(record.document)
    stack = genuine.asking.stack
    evil: dict[str, Any] = (
        {"renderings": (Rendering("text/html", MARK.encode()), Rendering("text/plain", b"Stop"))}
        if isinstance(record, AnswerPublished)
        else {}
    )
    return {
        "altered": replace(record, document=changed, **evil),
        "signed by a stranger": replace(record, document=changed, jws=STRANGER.sign(changed)),
        "forged": replace(record, document=changed, jws=by_the_guards_key_id(stack, changed)),
        "unsigned": replace(record, document=changed, jws="", **evil),
        "another question's": replace(
            record, document=another.guarded.document, jws=another.guarded.jws
        ),
        "replayed as a new version": replace(record, version=2, **evil),
        "a decision record": replace(
            record, document=genuine.guarded.decision, jws=genuine.guarded.decision_jws
        ),
    }


# --- what is seen of it ---


def refusals(stack: Stack, service: str) -> float:
    [program] = [p for p in stack.plan.services if p.name == service]
    text = httpx.get(f"http://127.0.0.1:{program.probe_port}/metrics", trust_env=False).text
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "caveat_attestation_failures_total" and sample.labels["where"] == service
    )


def logged(stack: Stack, service: str) -> list[str]:
    text = "".join(path.read_text() for path in (stack.home / "logs").glob(f"{service}*"))
    assert MARK not in text
    return text.splitlines()


def until(holds: Callable[[], bool], what: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, what()
        time.sleep(0.1)


WAYS = pytest.mark.parametrize(
    ("topic", "service", "message"),
    [
        (ANSWER_GUARDED, "renderer", "dead-lettered a message"),
        (ANSWER_PUBLISHED, "gateway", "refused an answer that does not verify"),
    ],
    ids=["guarded", "published"],
)


@WAYS
def test_shows_nothing_of_what_was_forged_for_an_answered_question(
    genuine: Genuine, another: Genuine, topic: str, service: str, message: str
):
    stack, key = genuine.asking.stack, genuine.question_id.encode()
    before, lines = refusals(stack, service), len(logged(stack, service))
    written = forgeries(
        genuine, another, genuine.guarded if topic == ANSWER_GUARDED else genuine.published
    )

    for record in written.values():
        put(stack, topic, wire.encode(record), key)

    wanted = before + len(written)
    until(lambda: refusals(stack, service) >= wanted, lambda: refusals(stack, service))
    assert refusals(stack, service) == wanted

    def told() -> int:
        """Count the lines about it; a refusal is counted a moment before its line is written."""
        new = logged(stack, service)[lines:]
        return sum(message in line and genuine.question_id in line for line in new)

    until(lambda: told() >= len(written), told)
    assert told() == len(written)
    for media_type, content in genuine.served.items():
        assert genuine.read(media_type) == content
    assert genuine.asking.get(f"/v1/answers/{genuine.question_id}?version=2").status_code == 404
    assert not [r for r in records(stack, ANSWER_PUBLISHED, HOT) if _published_by_renderer(r)]


def _published_by_renderer(record: Any) -> bool:
    """Tell whether the renderer passed a mark on: what we write has no CloudEvents headers."""
    return bool(record.headers) and MARK.encode() in (record.value or b"")


@WAYS
def test_answers_a_question_truly_that_was_forged_before_it_was_asked(
    genuine: Genuine, another: Genuine, topic: str, service: str, message: str
):
    asking, question_id = genuine.asking, a_question_id()
    stack, before = asking.stack, refusals(asking.stack, service)
    source: Record = genuine.guarded if topic == ANSWER_GUARDED else genuine.published
    target = replace(
        source,
        question_id=question_id,
        document=altered(source.document, question_id=question_id),
    )
    written = [
        target,
        replace(target, jws=STRANGER.sign(target.document)),
        replace(target, document=source.document),  # the genuine answer to another question
    ]

    for record in written:
        put(stack, topic, wire.encode(record), question_id.encode())

    until(
        lambda: refusals(stack, service) >= before + len(written),
        lambda: refusals(stack, service),
    )
    assert asking.get(f"/v1/answers/{question_id}").status_code == 404
    assert asking.get(f"/v1/questions/{question_id}").status_code == 404
    assert any(message in line and question_id in line for line in logged(stack, service))

    question = QuestionAsked(
        question_id, "What are the symptoms of MDS?", "en", "US", "patient", "portal-7",
        datetime.now(UTC),
    )  # fmt: skip
    put(stack, QUESTION_ASKED, wire.encode(question), question_id.encode())
    until(
        lambda: asking.get(f"/v1/answers/{question_id}").status_code == 200,
        lambda: asking.get(f"/v1/questions/{question_id}").text,
    )
    answer = asking.get(f"/v1/answers/{question_id}")
    assert answer.json()["answer"]["question_id"] == question_id
    assert answer.json()["answer"]["status"] == "published"
    assert MARK not in answer.text
    assert stack.caveat("verify", question_id).returncode == 0


def test_shows_no_presentation_that_somebody_else_made(asking: Asking):
    """The document of the record is genuine, and its pages are not."""
    stack = asking.stack
    with away(stack, "renderer"):
        question_id = asking.accepted("What are the symptoms of MDS?")
        until(lambda: bool(guarded_of(stack, question_id)), lambda: question_id)
        [guarded] = guarded_of(stack, question_id)
        pages = tuple(Rendering(t, MARK.encode()) for t in ("text/html", "text/plain"))
        answer_id = str(json.loads(guarded.document)["id"])
        forged = AnswerPublished(
            question_id, 1, answer_id, guarded.document, guarded.jws, pages
        )  # fmt: skip
        put(stack, ANSWER_PUBLISHED, wire.encode(forged), question_id.encode())
        envelope = asking.settled(question_id)
        refused = asking.get(f"/v1/answers/{question_id}", Accept="text/html")

    assert canonical(envelope["answer"]) == guarded.document
    assert refused.status_code == 503
    assert MARK not in refused.text
    for media_type in ("text/html", "text/plain"):
        assert MARK not in read_eventually(asking, f"/v1/answers/{question_id}", media_type)


def read_eventually(asking: Asking, page: str, media_type: str) -> str:
    """Read a page as soon as it can be read."""
    until(
        lambda: asking.get(page, Accept=media_type).status_code == 200,
        lambda: asking.get(page, Accept=media_type).text,
    )
    return asking.get(page, Accept=media_type).text


def guarded_of(stack: Stack, question_id: str) -> list[AnswerGuarded]:
    """Find what the guard said of a question."""
    found = [r for r in records(stack, ANSWER_GUARDED, HOT) if r.key == question_id.encode()]
    return [wire.decode(AnswerGuarded, record.value) for record in found]
