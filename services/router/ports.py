"""What the router needs of the world."""

from typing import Protocol

from caveat.model import Disposition


class Screening(Protocol):
    """Says what should become of a question."""

    async def screen(self, text: str, lang: str, region: str) -> Disposition:
        """Return the disposition. Raises UpstreamUnavailable while the guard is away."""


class LanguageDetector(Protocol):
    """Recognises the language of a short text."""

    def detect(self, text: str) -> tuple[str, int]:
        """Return an ISO 639-1 code and how sure it is, per mille."""
