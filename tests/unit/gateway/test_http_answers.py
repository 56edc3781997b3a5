import pytest

from caveat import attestation
from services.gateway.views import FORMATS
from tests.unit.gateway.builders import Gateway, assert_problem
from tests.unit.gateway.fakes import (
    ANSWER_ID,
    OTHER_ID,
    QUESTION_ID,
    SIGNER,
    VERIFIER,
    a_signed_answer,
)


async def test_serves_the_signed_bytes_as_they_are(gateway: Gateway) -> None:
    await gateway.answer()
    signed = a_signed_answer()

    for name in (ANSWER_ID, QUESTION_ID):
        response = await gateway.read(f"/v1/answers/{name}")

        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/json"
        assert response.headers["ETag"] == f'"{signed.sha256}"'
        assert response.headers["Vary"] == "Accept"
        assert signed.document in response.content
        around = response.json()
        document = attestation.canonical(around["answer"])
        assert VERIFIER.verify(document, around["attestation"]["jws"]) == SIGNER.key_id
        assert attestation.sha256_hex(document) == around["attestation"]["payload_sha256"]


async def test_serves_the_page_that_the_renderer_makes(gateway: Gateway) -> None:
    await gateway.answer()

    response = await gateway.read(f"/v1/answers/{ANSWER_ID}", Accept="text/html,*/*;q=0.8")

    assert response.text == f"rendered text/html of {ANSWER_ID}"
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    tag = response.headers["ETag"]
    again = await gateway.read(f"/v1/answers/{ANSWER_ID}", Accept="text/html", If_None_Match=tag)
    assert again.status_code == 304


async def test_serves_one_presentation_by_accept_and_by_link(gateway: Gateway) -> None:
    await gateway.answer()
    links = (await gateway.read(f"/v1/answers/{ANSWER_ID}")).json()["links"]

    by_accept = await gateway.read(f"/v1/answers/{ANSWER_ID}", Accept="text/markdown")
    by_link = await gateway.read(links["markdown"], Accept="text/html")

    assert by_accept.text == by_link.text == f"rendered text/markdown of {ANSWER_ID}"
    assert by_accept.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert by_accept.headers["ETag"] == by_link.headers["ETag"]


async def test_asks_to_come_back_while_the_renderer_is_away(gateway: Gateway) -> None:
    await gateway.answer()
    gateway.rendering.away = True

    refused = await gateway.read(f"/v1/answers/{ANSWER_ID}", Accept="text/markdown")

    body = assert_problem(refused, 503, "overloaded")
    assert body["away"] == "renderer"
    assert (await gateway.read(f"/v1/answers/{ANSWER_ID}")).status_code == 200


@pytest.mark.parametrize(
    ("accept", "available"),
    [
        ("image/png", list(FORMATS.values())),
        # The fake renderer has no plain text.
        ("text/plain", [form for form in FORMATS.values() if form != "text/plain"]),
    ],
)
async def test_lists_the_presentations_when_none_is_acceptable(
    gateway: Gateway, accept: str, available: list[str]
) -> None:
    await gateway.answer()

    response = await gateway.read(f"/v1/answers/{ANSWER_ID}", Accept=accept)

    assert assert_problem(response, 406, "not-acceptable")["available"] == available


async def test_serves_the_version_that_is_asked_for(gateway: Gateway) -> None:
    await gateway.answer()
    await gateway.answer(version=2)

    newest = await gateway.read(f"/v1/answers/{ANSWER_ID}")
    oldest = await gateway.read(f"/v1/answers/{ANSWER_ID}?version=1")

    assert newest.json()["answer"]["version"] == 2
    assert newest.json()["lifecycle"]["state"] == "current"
    assert oldest.json()["answer"]["version"] == 1
    assert oldest.json()["lifecycle"]["state"] == "superseded"
    assert_problem(await gateway.read(f"/v1/answers/{ANSWER_ID}?version=3"), 404, "not-found")


@pytest.mark.parametrize(
    "query", ["version=0", "version=x", "version=", "version=-1", "version=99999999", "format=pdf"]
)
async def test_refuses_queries_that_make_no_sense(gateway: Gateway, query: str) -> None:
    response = await gateway.read(f"/v1/answers/{ANSWER_ID}?{query}")

    assert_problem(response, 400, "invalid-request")


@pytest.mark.parametrize("name", ["ans_unknown", OTHER_ID, "'; DROP TABLE answers", "%F0%9F"])
async def test_knows_no_answer_of_another_id(gateway: Gateway, name: str) -> None:
    assert_problem(await gateway.read(f"/v1/answers/{name}"), 404, "not-found")


@pytest.mark.parametrize("name", ["%00", "ans%00", "ans%0A", "%C3%A9"])
async def test_asks_no_store_for_what_can_be_no_id(gateway: Gateway, name: str) -> None:
    async def asked(*_: object) -> None:
        raise AssertionError("PostgreSQL would refuse this text")

    gateway.store.answer = asked

    assert_problem(await gateway.read(f"/v1/answers/{name}"), 404, "not-found")
