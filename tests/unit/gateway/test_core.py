import json
import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caveat import attestation
from caveat.chassis.stream import is_question_id
from services.gateway import core, views
from services.gateway.core import NewQuestion, Objection
from services.gateway.records import Progress, StoredAnswer
from services.gateway.regions import REGIONS
from services.gateway.views import Shown
from tests.unit.gateway.fakes import NOON, QUESTION_ID, SIGNER, VERIFIER, a_signed_answer

ASKED = {"text": "Is CAR-T available for MDS?"}


def body(**fields: object) -> bytes:
    return json.dumps(ASKED | fields).encode()


def test_reads_a_question_in_normal_form_without_surrounding_space() -> None:
    read = core.read_question(body(text="  cafe\u0301?\n", lang="en", region="US"))

    assert read == NewQuestion("caf\u00e9?", "en", "US", "patient")


def test_takes_null_for_an_unknown_language_and_region() -> None:
    assert core.read_question(body(lang=None, region=None)) == NewQuestion(ASKED["text"])


def test_keeps_line_breaks_inside_a_question() -> None:
    read = core.read_question(body(text="one\r\n\ttwo"))

    assert isinstance(read, NewQuestion)
    assert read.text == "one\r\n\ttwo"


BAD = (
    pytest.param(b"", "#", id="nothing"),
    pytest.param(b"{", "#", id="half an object"),
    pytest.param(b"\xff{}", "#", id="not UTF-8"),
    pytest.param(b"[]", "#", id="a list"),
    pytest.param(b'"text"', "#", id="a string"),
    pytest.param(b"[" * 60_000, "#", id="nested too deep"),
    pytest.param(b'{"text": "abc", "text": "abd"}', "#", id="a name twice"),
    pytest.param(b'{"text": "abc", "region": NaN}', "#", id="not JSON's numbers"),
    pytest.param(b"{}", "#/text", id="no text"),
    pytest.param(body(text=None), "#/text", id="null text"),
    pytest.param(body(text=7), "#/text", id="a number"),
    pytest.param(body(text=["abc"]), "#/text", id="a list of text"),
    pytest.param(body(text=""), "#/text", id="empty"),
    pytest.param(body(text="  ab \n "), "#/text", id="too short once stripped"),
    pytest.param(body(text="\u200b\u200b\u200b\u200b"), "#/text", id="zero width only"),
    pytest.param(body(text="what\x00is"), "#/text", id="a null character"),
    pytest.param(body(text="\x1fwhat"), "#/text", id="a control character that strip removes"),
    pytest.param(body(text="what\x85is"), "#/text", id="a C1 control character"),
    pytest.param(b'{"text": "abc \\ud800 abc"}', "#/text", id="half a surrogate pair"),
    pytest.param(body(mood="low"), "#", id="an unknown field"),
    pytest.param(body(lang="fr"), "#/lang", id="an unknown language"),
    pytest.param(body(lang=[]), "#/lang", id="a list for a language"),
    pytest.param(body(lang=""), "#/lang", id="an empty language"),
    pytest.param(body(region="us"), "#/region", id="a region in lower case"),
    pytest.param(body(region="UK"), "#/region", id="a region that is not assigned"),
    pytest.param(body(region={}), "#/region", id="an object for a region"),
    pytest.param(body(audience="doctor"), "#/audience", id="another audience"),
    pytest.param(body(audience=None), "#/audience", id="a null audience"),
)


@pytest.mark.parametrize(("content", "pointer"), BAD)
def test_names_what_is_wrong_with_a_question(content: bytes, pointer: str) -> None:
    read = core.read_question(content)

    assert isinstance(read, Objection)
    assert not read.too_long
    assert [fault.pointer for fault in read.faults] == [pointer]


def test_lists_every_fault_at_once() -> None:
    read = core.read_question(body(text=1, lang=2, region=3, audience=4, more=5))

    assert isinstance(read, Objection)
    assert [fault.pointer for fault in read.faults] == [
        "#/text", "#", "#/lang", "#/region", "#/audience",
    ]  # fmt: skip


@pytest.mark.parametrize(("length", "accepted"), [(3, True), (4096, True), (4097, False)])
def test_holds_a_question_to_its_length(length: int, accepted: bool) -> None:
    read = core.read_question(body(text="\U0001f9ec" * length))

    assert isinstance(read, NewQuestion) is accepted
    assert isinstance(read, NewQuestion) or read.too_long


@given(st.text(max_size=50).map(lambda text: f"q{text}canary"))
def test_never_quotes_what_was_sent(text: str) -> None:
    read = core.read_question(body(text=text, lang=text, region=text, audience=text))

    assert isinstance(read, Objection)
    assert "canary" not in str(read)


@given(st.binary(max_size=300))
def test_reads_any_bytes_without_failing(content: bytes) -> None:
    assert isinstance(core.read_question(content), Objection | NewQuestion)


def test_knows_every_assigned_region() -> None:
    assert len(REGIONS) == 249
    assert {"US", "GB", "ES", "DE"} <= REGIONS


@given(st.binary(min_size=10, max_size=10))
def test_makes_question_ids_that_the_pipeline_accepts(random: bytes) -> None:
    made = core.uuid7(NOON, random)

    assert is_question_id(made)
    assert uuid.UUID(made).variant == uuid.RFC_4122
    assert uuid.UUID(made).int >> 80 == int(NOON.timestamp() * 1000)


def test_makes_ids_of_all_the_randomness_it_is_given() -> None:
    ids = {core.uuid7(NOON, bytes(i == n for i in range(10))) for n in range(10)}

    assert len(ids) == 10


def test_refuses_too_little_randomness() -> None:
    with pytest.raises(ValueError, match="ten"):
        core.uuid7(NOON, b"short")


def test_hashes_the_same_question_alike_and_salts_it_with_the_key() -> None:
    question = NewQuestion("what is it")

    assert core.body_hash_of(question, "k") == core.body_hash_of(NewQuestion("what is it"), "k")
    assert core.body_hash_of(question, "k") != core.body_hash_of(question, "l")
    assert core.body_hash_of(question, "k") != core.body_hash_of(replace(question, lang="en"), "k")
    assert core.tag_of("http", "k") != core.tag_of("http", "l")
    assert core.tag_of("http", "k") != core.tag_of("other", "k")


@pytest.mark.parametrize(
    ("key", "good"),
    [("k", True), ("!~", True), ("k" * 255, True), ("k" * 256, False), ("", False), ("a b", False),
     ("é", False), ("a\n", False)],
)  # fmt: skip
def test_takes_keys_of_visible_characters(key: str, good: bool) -> None:
    assert core.is_key(key) is good


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [("wait=7", 7), ("respond-async, wait=7", 7), ("Wait = 5", 5), ("wait=900", 30), ("", 0),
     ("wait=-1", 0), ("wait=x", 0), ("await=3", 0), ("return=minimal; wait=4", 4)],
)  # fmt: skip
def test_reads_how_long_a_client_would_wait(prefer: str, seconds: int) -> None:
    assert core.wait_of(prefer) == seconds


@pytest.mark.parametrize(
    ("seq", "status"),
    [(0, "accepted"), (1, "retrieving"), (2, "drafting"), (3, "checking"), (4, "publishing"),
     (5, "publishing")],
)  # fmt: skip
def test_names_the_step_after_the_last_completed_one(seq: int, status: str) -> None:
    assert core.status_of(Progress(QUESTION_ID, True, seq, NOON, NOON)) == status


def test_calls_a_question_with_an_outcome_done() -> None:
    assert core.status_of(Progress(QUESTION_ID, True, 1, NOON, NOON, "refused", "ans_")) == "done"


def test_shows_a_question_that_somebody_else_asked() -> None:
    view = json.loads(views.question_view(Progress(QUESTION_ID, True, 2, None, NOON)))

    assert view["asked_at"] is None
    assert view["updated_at"] == "2026-11-22T12:00:00.000Z"


@pytest.mark.parametrize(
    ("header", "fresh"),
    [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("", False)],
)
def test_tells_whether_a_client_holds_the_entity(header: str, fresh: bool) -> None:
    assert core.is_fresh(header, '"a"') is fresh


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=6))
def test_wraps_a_document_so_that_it_still_verifies(document: dict[str, object]) -> None:
    content = attestation.canonical(document)
    signed = a_signed_answer(document=content, jws=SIGNER.sign(content))

    whole = views.envelope(Shown(StoredAnswer(signed, 1), "dec_7"))

    parsed = json.loads(whole)
    assert content in whole
    again = attestation.canonical(parsed["answer"])
    assert again == content
    assert VERIFIER.verify(again, parsed["attestation"]["jws"]) == SIGNER.key_id


def test_wraps_the_newest_version_as_current() -> None:
    signed = a_signed_answer()
    around = json.loads(views.envelope(Shown(StoredAnswer(signed, 1), "dec_7")))

    assert list(around) == ["answer", "attestation", "lifecycle", "links"]
    assert around["attestation"] == {
        "jws": signed.jws,
        "key_id": signed.key_id,
        "payload_sha256": signed.sha256,
    }
    assert around["lifecycle"] == {
        "state": "current",
        "superseded_by": None,
        "last_checked_at": None,
        "log": None,
    }
    assert around["links"]["self"] == f"/v1/answers/{signed.answer_id}"
    assert list(around["links"]) == ["self", "html", "jsonld", "markdown", "text", "verify"]
    assert around["links"]["html"] == f"/v1/answers/{signed.answer_id}?version=1&format=html"
    assert around["links"]["verify"] == "/v1/verify"


def test_says_where_in_the_log_a_decision_is_and_that_changes_the_tag() -> None:
    stored = StoredAnswer(a_signed_answer(), 1)
    unknown, known = Shown(stored, "dec_7"), Shown(stored, "dec_7", log_index=6)

    place = json.loads(views.envelope(known))["lifecycle"]["log"]

    assert place == {"index": 6, "proof_url": "/v1/audit/decisions/dec_7/proof"}
    assert views.envelope_tag(unknown) == stored.signed.sha256
    assert views.envelope_tag(known) == f"{stored.signed.sha256}-log6"


def test_says_that_an_older_version_is_superseded() -> None:
    signed = a_signed_answer()
    around = json.loads(views.envelope(Shown(StoredAnswer(signed, 2), "dec_7")))

    assert around["lifecycle"]["state"] == "superseded"
    assert around["lifecycle"]["superseded_by"] == f"/v1/answers/{signed.answer_id}?version=2"
    assert around["links"]["self"] == f"/v1/answers/{signed.answer_id}?version=1"
