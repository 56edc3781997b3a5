import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from caveat import attestation, samples, wire
from caveat.chassis.stream import Done, Message, Outcome
from caveat.cli.main import app
from caveat.cli.player import Player
from caveat.cli.playing import playing
from caveat.model import ProgressMade, QuestionAsked
from caveat.pipeline import STAGE
from caveat.samples.repertoire import DEFAULT, TRICKS, Repertoire
from services.gateway.views import FORMATS

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
REPERTOIRE = Repertoire(samples.samples())
STATES = sorted({sample.state for sample in REPERTOIRE.samples})


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with playing(delay=0) as application:
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://samples") as client:
            yield client


async def answered(client: httpx.AsyncClient, text: str, **fields: Any) -> dict[str, Any]:
    told = await client.post(
        "/v1/questions", json={"text": text, **fields}, headers={"Prefer": "wait=20"}
    )
    assert told.status_code == 200, told.text
    return dict(told.json())


async def test_a_question_gets_the_state_that_it_names_as_its_own_signed_answer(
    client: httpx.AsyncClient,
):
    jwks = (await client.get("/.well-known/jwks.json")).json()
    for state in STATES:
        envelope = await answered(client, f"Show me state:{state}", region="GB")

        document = envelope["answer"]
        sample = REPERTOIRE.choose(f"state:{state}", "GB").document
        assert (document["status"], document["title"]) == (sample["status"], sample["title"])
        assert document["question_id"] != sample["question_id"]
        attestation.verifier_of(jwks).verify_answer(
            attestation.canonical(document), envelope["attestation"]["jws"]
        )
        standing = (await client.get(f"/v1/questions/{document['question_id']}")).json()
        assert (standing["status"], standing["outcome"]) == ("done", document["status"])


async def test_a_question_that_names_no_state_gets_a_published_answer(client: httpx.AsyncClient):
    for text in ("What is MDS?", "Show me state:nonsense"):
        assert (await answered(client, text))["answer"]["status"] == "published"


async def test_the_region_chooses_whom_to_call(client: httpx.AsyncClient):
    called = {
        region: {
            contact["tel"]
            for contact in (await answered(client, "state:emergency", region=region))["answer"][
                "care"
            ]["contacts"]
        }
        for region in ("US", "GB", None)
    }

    assert called["US"] == {"911"}
    assert called["GB"] == {"999"}
    assert len(called[None]) > 2


async def test_the_same_question_twice_is_one_question(client: httpx.AsyncClient):
    asked = [
        await client.post(
            "/v1/questions", json={"text": "state:edited"}, headers={"Idempotency-Key": "one"}
        )
        for _ in range(2)
    ]

    assert [told.status_code for told in asked] == [202, 202]
    assert len({told.headers["Location"] for told in asked}) == 1


async def test_a_question_can_be_refused_as_while_kafka_is_away(client: httpx.AsyncClient):
    told = await client.post("/v1/questions", json={"text": "state:away"})

    assert told.status_code == 503
    assert told.headers["Content-Type"] == "application/problem+json"
    assert told.json()["notice"]


@pytest.mark.parametrize("state", ["published", "emergency", "nothing_found"])
async def test_progress_goes_through_the_steps_of_the_state(state: str):
    told: list[tuple[str, int]] = []

    class Reader:
        async def apply(self, message: Message) -> None:
            event = wire.decode(ProgressMade, message.value or b"")
            told.append((STAGE[event.stage].step, event.seq))

        async def handle(self, message: Message) -> Outcome:
            told.append(("answer", 0))
            return Done()

    reader: Any = Reader()
    player = Player(REPERTOIRE, reader, reader, lambda: NOON, lambda: "ans_x", delay=0)
    await player.send(QuestionAsked("01980000-0000-7000-8000-000000000001", f"state:{state}"))
    await asyncio.gather(*player._playing)

    assert told[-1] == ("publish", 5)
    assert [step for step, _ in told if step != "answer"] == list(
        REPERTOIRE.choose(f"state:{state}", "").steps
    )
    # Nobody is told that it is published before it is.
    assert told[-2] == ("answer", 0)
    assert [seq for _, seq in told[:-2]] == sorted(seq for _, seq in told[:-2])


async def test_every_sample_has_a_lasting_address_in_every_presentation(
    client: httpx.AsyncClient,
):
    listed = (await client.get("/samples")).json()["samples"]
    for entry in listed[: -len(TRICKS)]:
        envelope = (await client.get(entry["answer"])).json()
        assert envelope["answer"]["status"] == entry["status"]
        for form in ("html", "markdown", "text"):
            page = await client.get(envelope["links"][form])
            media_type = page.headers["Content-Type"].split(";")[0]
            assert (page.status_code, media_type) == (200, FORMATS[form])


async def test_the_list_is_a_page_for_people_and_json_for_programs(client: httpx.AsyncClient):
    page = await client.get("/samples", headers={"Accept": "text/html"})
    told = await client.get("/samples")

    assert page.headers["Content-Type"].startswith("text/html")
    for entry in told.json()["samples"]:
        assert entry["say"] in page.text


def test_an_unknown_region_gets_the_page_for_every_region():
    assert REPERTOIRE.choose("state:crisis", "NZ").region == ""
    assert REPERTOIRE.choose("state:slow", "").state == DEFAULT


def test_the_command_lists_what_can_be_asked_for():
    listed = json.loads(CliRunner().invoke(app, ["samples", "ls", "--json"]).stdout)["samples"]

    assert {entry["say"] for entry in listed} == {f"state:{s}" for s in (*STATES, *TRICKS)}
    shown = CliRunner().invoke(app, ["samples", "ls"]).stdout
    assert "state:emergency" in shown


def test_the_command_serves_until_it_is_told_to_stop():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = "from caveat.cli.main import main; main()"
    arguments = ["samples", "serve", "--port", str(port), "--json"]
    with subprocess.Popen(
        [sys.executable, "-c", command, *arguments], stdout=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stdout is not None
        url = json.loads(serving.stdout.readline())["url"]
        told = httpx.get(f"{url}/readyz", trust_env=False)
        serving.terminate()
        assert serving.wait(timeout=30) == 0

    assert told.json()["ready"]


async def test_events_are_told_from_the_start_to_the_signed_end(client: httpx.AsyncClient):
    told = await client.post("/v1/questions", json={"text": "state:nothing_found"})

    heard = await client.get(f"{told.headers['Location']}/events")

    names = [line.removeprefix("event: ") for line in heard.text.split("\n") if "event:" in line]
    assert heard.headers["Content-Type"].startswith("text/event-stream")
    assert names[0] == "question.accepted"
    assert names[-1] == "answer.insufficient"
    assert '"step":"draft"' not in heard.text


async def test_the_pages_of_a_named_origin_may_read_it():
    async with playing(0, ("http://localhost:5173",)) as application:
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://samples") as client:
            named = await client.get("/version", headers={"Origin": "http://localhost:5173"})
            other = await client.get("/version", headers={"Origin": "http://localhost:4000"})

    assert named.headers["Access-Control-Allow-Origin"] == "http://localhost:5173"
    assert "Access-Control-Allow-Origin" not in other.headers
