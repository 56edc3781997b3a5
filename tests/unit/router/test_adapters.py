"""The router's ports: one behaviour suite for the real adapters and for the fakes."""

import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from caveat.chassis.rpc import Peer, Server, Servicer
from caveat.errors import MalformedEvent, UpstreamUnavailable
from caveat.model import Disposition
from caveat.v1 import guard_service_pb2 as pb
from caveat.v1 import question_pb2
from caveat.v1.guard_service_pb2_grpc import (
    GuardServiceServicer,
    add_GuardServiceServicer_to_server,
)
from services.router.adapters import GuardScreening, LangidDetector
from services.router.core import SURE_PERMILLE
from services.router.ports import LanguageDetector, Screening
from tests.unit.router.fakes import FakeDetector, FakeScreening

OF_TEXT = {f"a question for {disposition}": disposition for disposition in Disposition}


class Guard(GuardServiceServicer):
    """Screens by a table, like the real guard's servicer."""

    def __init__(self) -> None:
        self.requests: list[Any] = []

    async def ScreenQuestion(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.requests.append(request)
        disposition = OF_TEXT.get(request.text)
        if disposition is None:
            return pb.ScreenQuestionResponse()
        number = question_pb2.Disposition.Value(f"DISPOSITION_{disposition.name}")
        return pb.ScreenQuestionResponse(disposition=number)  # type: ignore[arg-type]


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def guard() -> Guard:
    return Guard()


@pytest.fixture
async def peer(guard: Guard) -> AsyncIterator[Peer]:
    port = a_free_port()
    servicer = Servicer(guard, add_GuardServiceServicer_to_server, "caveat.v1.GuardService")
    server = Server("127.0.0.1", port, [servicer])
    await server.start()
    peer = Peer("guard", f"127.0.0.1:{port}")
    yield peer
    await peer.close()
    await server.stop()


@pytest.fixture
async def nobody() -> AsyncIterator[Peer]:
    peer = Peer("guard", f"127.0.0.1:{a_free_port()}")
    yield peer
    await peer.close()


@pytest.mark.parametrize(("text", "disposition"), OF_TEXT.items())
@pytest.mark.parametrize("kind", ["real", "fake"])
async def test_screening_gives_each_disposition(
    kind: str, text: str, disposition: Disposition, peer: Peer
) -> None:
    screening: Screening = GuardScreening(peer) if kind == "real" else FakeScreening(disposition)

    assert await screening.screen(text, "en", "US") is disposition


@pytest.mark.parametrize("kind", ["real", "fake"])
async def test_screening_is_unavailable_while_the_guard_is_away(kind: str, nobody: Peer) -> None:
    screening: Screening = GuardScreening(nobody) if kind == "real" else FakeScreening(away=True)

    with pytest.raises(UpstreamUnavailable, match="guard is unavailable"):
        await screening.screen("What is MDS?", "en", "US")


async def test_the_guard_is_told_text_language_and_region(peer: Peer, guard: Guard) -> None:
    await GuardScreening(peer).screen("a question for answer", "es", "MX")

    [request] = guard.requests
    assert (request.text, request.lang, request.region) == ("a question for answer", "es", "MX")


async def test_a_guard_without_a_disposition_is_no_yes(peer: Peer) -> None:
    with pytest.raises(MalformedEvent, match="no disposition"):
        await GuardScreening(peer).screen("something else", "en", "US")


@pytest.fixture(scope="module")
def langid() -> LangidDetector:
    return LangidDetector()


@pytest.fixture(params=["real", "fake"])
def detector(request: pytest.FixtureRequest, langid: LangidDetector) -> LanguageDetector:
    if request.param == "real":
        return langid
    return FakeDetector(
        {
            "What are the symptoms of the disease?": ("en", 990),
            "¿Cuáles son los síntomas de la anemia?": ("es", 990),
        }
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What are the symptoms of the disease?", "en"),
        ("¿Cuáles son los síntomas de la anemia?", "es"),
    ],
)
def test_a_detector_is_sure_of_a_plain_sentence(
    detector: LanguageDetector, text: str, language: str
) -> None:
    detected, permille = detector.detect(text)

    assert detected == language
    assert SURE_PERMILLE <= permille <= 1000


@pytest.mark.parametrize("text", ["", "12345", "???", "MDS", "del(5q)"])
def test_a_detector_is_not_sure_without_words(detector: LanguageDetector, text: str) -> None:
    language, permille = detector.detect(text)

    assert len(language) == 2
    assert 0 <= permille < SURE_PERMILLE


SHORT_ENGLISH = """
Lenalidomide del(5q)
symptoms of hemochromatosis
What is MDS?
CAR-T for MDS
MDS treatment
luspatercept side effects
azacitidine
imetelstat approval
iron deficiency anemia
GVHD symptoms
type 2 diabetes diet
metformin dose
thrombocytopenia causes
myelodysplastic syndromes
prognosis of AML
IPSS-R score
neutropenia fever
allogeneic transplant risks
celiac disease test
psoriasis
hepatitis C cure
clinical trial NCT04318678
TP53 mutation outlook
ferritin low
Can anemia be cured?
venetoclax azacitidine
sarcoidosis symptoms
Parkinson disease tremor
lupus nephritis treatment
DOES CAR-T CURE MDS
my name is [name], MDS?
""".strip().splitlines()


@pytest.mark.parametrize("text", SHORT_ENGLISH)
def test_short_english_questions_are_not_taken_for_another_language(
    langid: LangidDetector, text: str
) -> None:
    language, permille = langid.detect(text)

    assert language == "en" or permille < SURE_PERMILLE


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("¿Está disponible la terapia CAR-T para el SMD?", "es"),
        ("¿Qué tratamientos existen para los síndromes mielodisplásicos?", "es"),
        ("Quels sont les symptômes de la leucémie ?", "fr"),
        ("Quel est le traitement du syndrome myélodysplasique ?", "fr"),
        ("traitement du diabète", "fr"),
        ("Was sind die Symptome von MDS?", "de"),
        ("Wie wird eine Eisenmangelanämie behandelt?", "de"),
        ("Behandlung von Leukämie", "de"),
    ],
)
def test_other_languages_are_recognised(langid: LangidDetector, text: str, language: str) -> None:
    detected, permille = langid.detect(text)

    assert detected == language
    assert permille >= SURE_PERMILLE
