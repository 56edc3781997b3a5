import json
from typing import Any

import pytest

from caveat import attestation
from caveat.errors import VerificationFailed
from services.gateway import verification
from tests.builders import a_document
from tests.unit.gateway.builders import CANARY, Gateway, assert_problem
from tests.unit.gateway.fake_peers import FakeLog
from tests.unit.gateway.fakes import ANSWER_ID, QUESTION_ID, SIGNER, a_signed_answer

DOCUMENT = attestation.canonical(a_document())
JWS = SIGNER.sign(DOCUMENT)


# --- attestations, and the place in the log ---


async def test_serves_an_attestation_alone(gateway: Gateway) -> None:
    gateway.log.decisions = 1
    await gateway.answer()
    signed = a_signed_answer()

    response = await gateway.read(f"/v1/answers/{QUESTION_ID}/attestation")

    assert response.json() == {
        "answer_id": ANSWER_ID,
        "question_id": QUESTION_ID,
        "version": 1,
        "decision_id": "dec_1",
        "jws": signed.jws,
        "key_id": SIGNER.key_id,
        "payload_sha256": signed.sha256,
        "log": {"index": 0, "proof_url": "/v1/audit/decisions/dec_1/proof"},
        "links": {
            "answer": f"/v1/answers/{ANSWER_ID}",
            "keys": "/.well-known/jwks.json",
            "verify": "/v1/verify",
        },
    }


@pytest.mark.parametrize("query", ["?version=0", "?version=x", "?version=1&version=1"])
async def test_refuses_a_version_that_is_none(gateway: Gateway, query: str) -> None:
    await gateway.answer()

    response = await gateway.read(f"/v1/answers/{ANSWER_ID}/attestation{query}")

    assert_problem(response, 400, "invalid-request")


async def test_an_answer_tells_its_place_in_the_log_as_soon_as_that_is_proved(
    gateway: Gateway,
) -> None:
    await gateway.answer()
    path = f"/v1/answers/{ANSWER_ID}"
    before = await gateway.read(path)
    gateway.log.decisions = 1
    after = await gateway.read(path, If_None_Match=before.headers["ETag"])

    assert before.json()["lifecycle"]["log"] is None
    assert after.status_code == 200
    assert after.json()["lifecycle"]["log"]["index"] == 0


async def test_an_answer_does_not_wait_for_an_auditor_that_is_away(gateway: Gateway) -> None:
    await gateway.answer()
    gateway.log.world.away = True

    responses = [await gateway.read(f"/v1/answers/{ANSWER_ID}") for _ in range(3)]

    assert [r.status_code for r in responses] == [200] * 3
    assert responses[0].json()["lifecycle"]["log"] is None
    assert gateway.log.world.calls == 1  # and then it is left alone for a while


# --- verification ---


async def verified(gateway: Gateway, body: Any) -> dict[str, Any]:
    response = await gateway.client.post("/v1/verify", json=body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    assert CANARY not in response.text
    return found


async def test_says_that_an_envelope_holds_and_what_was_checked(gateway: Gateway) -> None:
    await gateway.answer()
    envelope = (await gateway.read(f"/v1/answers/{ANSWER_ID}")).json()

    found = await verified(gateway, envelope)

    assert (found["valid"], found["reason"]) == (True, None)
    assert found["key_id"] == SIGNER.key_id
    assert found["payload_sha256"] == a_signed_answer().sha256
    assert (found["answer_id"], found["decision_id"]) == (ANSWER_ID, "dec_1")
    assert len(found["checked"]) == 4
    assert "whether the decision is in the audit log" in found["not_checked"]


@pytest.mark.parametrize("document", [DOCUMENT.decode(), json.loads(DOCUMENT)])
async def test_verifies_a_document_or_its_very_text(gateway: Gateway, document: Any) -> None:
    found = await verified(gateway, {"document": document, "jws": JWS})

    assert found["valid"]
    assert len(found["checked"]) == 3  # nothing was told beside it


DECISION = attestation.canonical({"schema": "caveat/decision/1"})


@pytest.mark.parametrize(
    "body",
    [
        {"document": DOCUMENT.decode().replace("published", "refused"), "jws": JWS},
        {"document": " " + DOCUMENT.decode(), "jws": JWS},
        {"document": {"schema": "caveat/answer/1"}, "jws": JWS},
        {"document": DOCUMENT.decode(), "jws": "a.b.c"},
        {"document": CANARY, "jws": CANARY},
        {"document": DECISION.decode(), "jws": SIGNER.sign(DECISION)},
        {"answer": json.loads(DOCUMENT), "attestation": {"jws": JWS, "key_id": "another"}},
        {"answer": json.loads(DOCUMENT), "attestation": {"jws": JWS, "payload_sha256": "0" * 64}},
    ],
    ids=["changed", "space", "other", "no-jws", "nothing", "decision", "key-id", "digest"],
)
async def test_says_that_something_does_not_hold_and_claims_nothing(
    gateway: Gateway, body: dict[str, Any]
) -> None:
    found = await verified(gateway, body)

    assert found["valid"] is False
    assert found["reason"]
    assert found["key_id"] is found["answer_id"] is found["decision_id"] is None
    assert found["checked"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"", "#"),
        (b"[]", "#"),
        (b"{}", "#/answer"),
        (b'{"answer": {}}', "#/attestation/jws"),
        (b'{"answer": {}, "attestation": {"jws": 1}}', "#/attestation/jws"),
        (b'{"answer": {}, "attestation": {"jws": "", "key_id": 1}}', "#/attestation/key_id"),
        (b'{"document": {}}', "#/jws"),
        (b'{"document": [], "jws": ""}', "#/document"),
        (b'{"document": {}, "jws": "", "more": 1}', "#"),
        (b'{"jws": "", "jws": ""}', "#"),
        (b'{"document":' + b"[" * 100_000, "#"),
    ],
)
async def test_names_what_is_wrong_with_a_body(gateway: Gateway, body: bytes, pointer: str) -> None:
    headers = {"Content-Type": "application/json"}
    response = await gateway.client.post("/v1/verify", content=body, headers=headers)

    [fault] = assert_problem(response, 400, "invalid-request")["errors"]
    assert fault["pointer"] == pointer


async def test_reads_no_body_that_is_too_large_or_no_json(gateway: Gateway) -> None:
    large = await gateway.client.post("/v1/verify", content=b"x" * (verification.LARGEST + 1))
    other = await gateway.client.post("/v1/verify", content="x", headers={"Content-Type": "a/b"})

    assert_problem(large, 413, "body-too-large")
    assert assert_problem(other, 415, "unsupported-media-type")["available"] == ["application/json"]
    assert other.headers["Accept-Post"] == "application/json"


@pytest.mark.parametrize("document", [{"a": 1.5}, {"a": 2**60}, "\ud800", {"\ud800": 1}])
async def test_finds_nothing_signed_in_what_has_no_canonical_form(
    gateway: Gateway, document: Any
) -> None:
    body = json.dumps({"document": document, "jws": JWS})
    response = await gateway.client.post("/v1/verify", content=body)

    found = response.json()
    assert (found["valid"], found["payload_sha256"]) == (False, None)
    assert found["reason"] == "the document has no canonical form"


# --- the log ---


async def test_serves_the_proof_of_a_decision(gateway: Gateway) -> None:
    gateway.log.decisions = 3

    newest = await gateway.read("/v1/audit/decisions/dec_2/proof")
    older = await gateway.read("/v1/audit/decisions/dec_2/proof?size=2")

    assert newest.json() == attestation.proof_document(await gateway.log.prove(2))
    assert (newest.json()["tree_size"], older.json()["tree_size"]) == (3, 2)


@pytest.mark.parametrize(
    "path",
    ["decisions/dec_9/proof", "decisions/dec_0/proof", "decisions/x/proof", "checkpoints/9",
     "checkpoints/0", "checkpoints/-1", "checkpoints/x", "checkpoints/1e3",
     "decisions/dec_" + "9" * 400 + "/proof"],
)  # fmt: skip
async def test_knows_nothing_else_of_the_log(gateway: Gateway, path: str) -> None:
    gateway.log.decisions = 3

    assert_problem(await gateway.read(f"/v1/audit/{path}"), 404, "not-found")


@pytest.mark.parametrize("query", ["?size=0", "?size=x", "?size=1&size=2"])
async def test_refuses_a_size_that_is_none(gateway: Gateway, query: str) -> None:
    gateway.log.decisions = 3

    response = await gateway.read(f"/v1/audit/decisions/dec_2/proof{query}")

    assert_problem(response, 400, "invalid-request")


async def test_serves_checkpoints_as_they_are(gateway: Gateway) -> None:
    gateway.log.decisions = 3

    older = await gateway.read("/v1/audit/checkpoints/2")
    newest = await gateway.read("/v1/audit/checkpoints/latest")

    assert older.text == await gateway.log.checkpoint(2)
    assert newest.text == await gateway.log.checkpoint()
    assert newest.headers["Content-Type"].startswith("text/plain")


async def test_says_that_the_auditor_is_away_where_it_is_needed(gateway: Gateway) -> None:
    gateway.log.world.away = True
    for path in ("decisions/dec_1/proof", "checkpoints/latest"):
        response = await gateway.read(f"/v1/audit/{path}")

        assert assert_problem(response, 503, "overloaded")["away"] == "auditor"


async def test_shows_no_proof_of_something_else(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lie(self: FakeLog, number: int, size: int = 0) -> object:
        raise VerificationFailed("the auditor proved another leaf")

    monkeypatch.setattr(FakeLog, "prove", lie)
    await gateway.answer()

    response = await gateway.read("/v1/audit/decisions/dec_1/proof")

    assert_problem(response, 500, "unverified-evidence")
    assert (await gateway.read(f"/v1/answers/{ANSWER_ID}")).json()["lifecycle"]["log"] is None


async def test_serves_the_keys_of_the_log(gateway: Gateway) -> None:
    response = await gateway.read("/.well-known/caveat-log.txt")

    assert response.text.splitlines() == list(gateway.api.log_keys.vkeys)
    assert response.headers["Cache-Control"] == "public, max-age=60"
