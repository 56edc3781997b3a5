from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from caveat.chassis.readiness import Readiness
from caveat.chassis.run import Chassis, Edges
from caveat.chassis.settings import SharedSettings, load
from caveat.chassis.stream import Message
from caveat.errors import DependencyMissing, StartupError
from caveat.model import AnswerDrafted, EvidenceRetrieved
from caveat.pipeline import EVIDENCE_RETRIEVED, STAGE
from caveat.wire import decode, encode
from services.generator.__main__ import assemble
from services.generator.settings import GeneratorSettings
from tests.model_server import ModelServer
from tests.unit.generator.builders import ALL, QUESTION_ID, a_routed_question, some_evidence


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture(autouse=True)
def ports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAVEAT_GENERATOR_GRPC_PORT", "24001")
    monkeypatch.setenv("CAVEAT_GENERATOR_PROBE_PORT", "24002")


def a_chassis(home: Path) -> Chassis:
    unused: Any = None  # the generator never touches them
    return Chassis(
        "generator",
        SharedSettings(home=home),
        Readiness("generator"),
        access=unused,
        producer=unused,
    )


async def drafted(edges: Edges) -> AnswerDrafted:
    event = EvidenceRetrieved(a_routed_question(), some_evidence(*ALL))
    message = Message(EVIDENCE_RETRIEVED, 0, 0, 0, QUESTION_ID, encode(event), {})
    outcome: Any = await edges.handlers[EVIDENCE_RETRIEVED](message)
    return decode(AnswerDrafted, outcome.value)


async def test_serves_the_stage_and_one_servicer_and_calls_nobody(tmp_path: Path) -> None:
    chassis = a_chassis(tmp_path)

    edges = await assemble(load(GeneratorSettings), chassis)

    assert set(edges.handlers) == set(STAGE["generator"].consumes)
    assert [s.full_name for s in edges.servicers] == ["caveat.v1.GeneratorService"]
    assert chassis.peers == []
    assert edges.parts == ()


async def test_without_an_address_no_model_drafts(tmp_path: Path) -> None:
    edges = await assemble(load(GeneratorSettings), a_chassis(tmp_path))

    assert (await drafted(edges)).draft.composer == "extractive/1"


async def test_with_an_address_the_model_drafts_and_has_its_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: ModelServer
) -> None:
    (tmp_path / "key").write_text("sk-very-secret\n")
    monkeypatch.setenv("CAVEAT_GENERATOR_MODEL_URL", server.url)
    monkeypatch.setenv("CAVEAT_GENERATOR_MODEL", "scripted 1")
    monkeypatch.setenv("CAVEAT_GENERATOR_MODEL_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("CAVEAT_GENERATOR_MODEL_TOKENS", "500")

    edges = await assemble(load(GeneratorSettings), a_chassis(tmp_path))
    event = await drafted(edges)
    for part in edges.parts:
        await part.start()
        await part.stop()

    assert event.draft.composer == "model/scripted-1"
    assert event.draft.fallback is None
    [asked] = server.requests
    assert asked.headers["Authorization"] == "Bearer sk-very-secret"
    assert asked.body["model"] == "scripted 1"
    assert asked.body["max_completion_tokens"] == 500


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe", b"two\nlines", b"k\x00y"])
async def test_a_key_file_without_a_key_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    monkeypatch.setenv("CAVEAT_GENERATOR_MODEL_URL", "http://127.0.0.1:24003/v1")
    monkeypatch.setenv("CAVEAT_GENERATOR_MODEL", "m")
    monkeypatch.setenv("CAVEAT_GENERATOR_MODEL_KEY_FILE", str(tmp_path / "key"))

    with pytest.raises(DependencyMissing, match="key file"):
        await assemble(load(GeneratorSettings), a_chassis(tmp_path))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODEL_URL", "http://127.0.0.1:24003/v1"),  # without a model's name
        ("MODEL_URL", "nowhere"),
        ("MODEL_URL", "file:///etc/passwd"),
        ("MODEL_TIMEOUT_S", "0"),
        ("MODEL_TIMEOUT_S", "nan"),
        ("MODEL_TOKENS", "0"),
    ],
)
def test_settings_that_cannot_work_stop_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"CAVEAT_GENERATOR_{name}", value)

    with pytest.raises(StartupError, match="CAVEAT_GENERATOR_MODEL"):
        load(GeneratorSettings)
