"""Every road ends in a signed and helpful page: each code, for readers of each region."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from kafka import KafkaProducer

from caveat import attestation, wire
from caveat.cli.access import options
from caveat.model import AnswerDrafted, ConclusionCode, DraftSentence, QuestionConcluded
from caveat.pipeline import ANSWER_DRAFTED, HOT_PARTITIONS, QUESTION_CONCLUDED
from tests.builders import a_question_id
from tests.e2e.asking import Asking, put, records
from tests.e2e.conftest import Stack

EVERYWHERE = {"911", "112", "999", "000"}
EMERGENCY = {
    "US": {"911"}, "CA": {"911"}, "GB": {"999"}, "IE": {"112"}, "AU": {"000"}, "NZ": {"111"},
    "ES": {"112"}, "DE": {"112"}, "FR": {"112"}, "PL": {"112"}, "JP": EVERYWHERE, "": EVERYWHERE,
}  # fmt: skip
CRISIS = {"US": {"988"}, "CA": {"988"}, "GB": {"116123"}, "IE": {"116123"}}
STATUS = {
    ConclusionCode.NOTHING_FOUND: ("insufficient_evidence", "insufficient_evidence"),
    ConclusionCode.TOO_LITTLE_LEFT: ("insufficient_evidence", "insufficient_evidence"),
    ConclusionCode.FAILED: ("failed", "failed"),
}
ADVICE = "You should stop taking your medicine."


@pytest.fixture(scope="module")
def asking(stack: Stack) -> Asking:
    return Asking(stack)


@pytest.fixture
def router(stack: Stack) -> Iterator[KafkaProducer]:
    """Write as the router does."""
    with contextlib.closing(KafkaProducer(**options(stack.local, "router"), acks="all")) as writer:
        yield writer


def envelope_of(asking: Asking, question_id: str, seconds: float = 60) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while (found := asking.get(f"/v1/answers/{question_id}")).status_code != 200:
        assert time.monotonic() < deadline, found.text
        time.sleep(0.05)
    return dict(found.json())


def signed(asking: Asking, envelope: dict[str, Any]) -> dict[str, Any]:
    """Return the document of an envelope, whose signature must hold by the published keys."""
    verifier = attestation.verifier_of(asking.get("/.well-known/jwks.json").json())
    content = attestation.canonical(envelope["answer"])
    return verifier.verify_answer(content, envelope["attestation"]["jws"]).document


def test_each_code_ends_in_a_signed_page_that_helps_in_each_region(
    asking: Asking, router: KafkaProducer
):
    sent = {(code, region): a_question_id() for code in ConclusionCode for region in EMERGENCY}
    for (code, region), question_id in sent.items():
        concluded = QuestionConcluded(question_id, code, "router", region=region)
        router.send(QUESTION_CONCLUDED, wire.encode(concluded), question_id.encode())
    router.flush(timeout=30)

    for (code, region), question_id in sent.items():
        page = signed(asking, envelope_of(asking, question_id))
        status, verdict = STATUS.get(code, ("refused", "refuse"))
        assert (page["status"], page["status_reason"]) == (status, code)
        assert (page["guard"]["verdict"], page["question_id"]) == (verdict, question_id)
        assert page["region"] == (region or None)
        assert page["outcome"]["explain"]
        assert page["outcome"]["you_can"]
        told = {contact["tel"] for contact in (page["care"] or {"contacts": ()})["contacts"]}
        if code == ConclusionCode.EMERGENCY:
            exact = region in EMERGENCY and EMERGENCY[region] != EVERYWHERE
            assert told == EMERGENCY[region] if exact else told >= EVERYWHERE
        elif code == ConclusionCode.CRISIS:
            assert told >= CRISIS.get(region, set()) | EMERGENCY[region]
        else:
            assert page["care"] is None
        for media_type in ("text/html", "text/plain"):
            shown = asking.get(f"/v1/answers/{question_id}", Accept=media_type)
            assert shown.status_code == 200, (code, region, media_type)
            assert page["outcome"]["headline"] in shown.text
            assert all(number in shown.text for number in told), (
                code,
                region,
                media_type,
            )


# --- the roads that begin with a draft ---


def all_of_it_advises(drafted: AnswerDrafted) -> AnswerDrafted:
    said = tuple(replace(sentence, text=ADVICE) for sentence in drafted.draft.sentences)
    return replace(drafted, draft=replace(drafted.draft, sentences=said))


def is_endless(drafted: AnswerDrafted) -> AnswerDrafted:
    more = tuple(DraftSentence(f"s{n}", "It is so.") for n in range(1000, 1300))
    draft = drafted.draft
    return replace(drafted, draft=replace(draft, sentences=(*draft.sentences, *more)))


def refers_to_nothing(drafted: AnswerDrafted) -> AnswerDrafted:
    draft = drafted.draft
    return replace(drafted, draft=replace(draft, summary=(*draft.summary, "s9999")))


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        (all_of_it_advises, ConclusionCode.TOO_LITTLE_LEFT),
        (is_endless, ConclusionCode.POLICY),
        (refers_to_nothing, ConclusionCode.FAILED),
    ],
)
def test_a_draft_that_cannot_be_shown_ends_in_a_signed_page(
    asking: Asking,
    spoilt: Callable[[AnswerDrafted], AnswerDrafted],
    code: ConclusionCode,
):
    known = asking.accepted("What are the symptoms of MDS?")
    asking.settled(known)
    genuine = next(
        wire.decode(AnswerDrafted, record.value)
        for record in records(asking.stack, ANSWER_DRAFTED, HOT_PARTITIONS)
        if record.key == known.encode()
    )
    question_id = a_question_id()
    drafted = spoilt(replace(genuine, question=replace(genuine.question, question_id=question_id)))

    put(asking.stack, ANSWER_DRAFTED, wire.encode(drafted), question_id.encode())

    page = signed(asking, envelope_of(asking, question_id))
    status, verdict = STATUS.get(code, ("refused", "refuse"))
    assert (page["status"], page["status_reason"]) == (status, code)
    assert page["guard"]["verdict"] == verdict
    assert ADVICE not in json.dumps(page)


def test_a_harmful_question_ends_in_its_signed_page(asking: Asking):
    envelope = asking.settled(asking.accepted("How can I poison my neighbour?", region="NZ"))

    page = signed(asking, envelope)
    assert (page["status"], page["status_reason"]) == ("refused", "harmful")
