"""Render only what the guard has signed: verify first, read afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caveat.attestation import Verifier, sha256_hex
from caveat.chassis import metrics
from caveat.errors import VerificationFailed
from caveat.model import Rendering
from services.renderer.core import page_of
from services.renderer.linked import LINKED_DATA, linked_data
from services.renderer.page import Page
from services.renderer.presentation import Presentation

WHERE = "renderer"


@dataclass(frozen=True, slots=True)
class AttestedRenderer:
    """Holds the public keys and the templates. Each refused signature is counted."""

    verifier: Verifier
    presentation: Presentation

    def __post_init__(self) -> None:
        metrics.from_zero(metrics.attestation_failures, [WHERE])

    def open(self, document: bytes, jws: str) -> Page:
        """Lay out a signed document. Raises VerificationFailed, or MalformedEvent."""
        return page_of(self._verified(document, jws), sha256_hex(document))

    def open_for(self, document: bytes, jws: str, *, question_id: str, version: int) -> Page:
        """As `open`, for the record of one question. Raises VerificationFailed when it is not."""
        page = self.open(document, jws)
        if (page.question_id, page.version) != (question_id, version):
            metrics.attestation_failures.labels(WHERE).inc()
            raise VerificationFailed("the document answers another question or version")
        return page

    def present(self, document: bytes, jws: str, media_type: str) -> Rendering:
        """Verify a signed document and present it. Raises as `open` and `render` do."""
        if media_type == LINKED_DATA:
            content = linked_data(self._verified(document, jws), sha256_hex(document))
            return Rendering(media_type, content)
        return self.render(self.open(document, jws), media_type)

    def _verified(self, document: bytes, jws: str) -> Mapping[str, Any]:
        try:
            return self.verifier.verify_answer(document, jws).document
        except VerificationFailed:
            metrics.attestation_failures.labels(WHERE).inc()
            raise

    def render(self, page: Page, media_type: str) -> Rendering:
        """Present a page. Raises PermanentError for an unknown media type."""
        return Rendering(media_type, self.presentation.render(page, media_type))
