"""The guard's screening over gRPC, and language detection with py3langid."""

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from caveat.chassis.rpc import Peer
from caveat.errors import MalformedEvent
from caveat.model import Disposition
from caveat.v1 import guard_service_pb2 as pb
from caveat.v1 import question_pb2
from caveat.v1.guard_service_pb2_grpc import GuardServiceStub

_LANGUAGES = (
    "en", "es", "fr", "de", "it", "pt", "nl", "pl", "sv", "tr", "ru", "uk", "zh", "ja", "ko", "ar",
    "hi", "vi", "ro", "cs", "el", "hu",
)  # fmt: skip


class GuardScreening:
    """The guard decides; the router only asks."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._stub = peer.stub(GuardServiceStub)

    async def screen(self, text: str, lang: str, region: str) -> Disposition:
        """See Screening."""
        answer = await self._peer.call(
            self._stub.ScreenQuestion,
            pb.ScreenQuestionRequest(text=text, lang=lang, region=region),
        )
        name = question_pb2.Disposition.Name(answer.disposition).removeprefix("DISPOSITION_")
        if name not in Disposition.__members__:
            raise MalformedEvent("the guard gave no disposition")
        return Disposition[name]


class LangidDetector:
    """Language identification with a model that ships in the package."""

    def __init__(self) -> None:
        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._identifier.set_languages(list(_LANGUAGES))

    def detect(self, text: str) -> tuple[str, int]:
        """See LanguageDetector."""
        language, probability = self._identifier.classify(text)
        return str(language), round(float(probability) * 1000)
