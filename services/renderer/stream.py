"""Kafka edge of the renderer: a guarded answer in, a published answer out."""

import logging

from caveat import wire
from caveat.chassis.stream import RECORD_LIMIT, Emit, Message, Outcome, event_of
from caveat.model import AnswerGuarded, AnswerPublished
from caveat.pipeline import ANSWER_PUBLISHED
from services.renderer.attested import AttestedRenderer
from services.renderer.presentation import MEDIA_TYPES

log = logging.getLogger(__name__)


class Publisher:
    """Publishes the signed bytes unchanged, with every presentation that the record can hold."""

    def __init__(self, renderer: AttestedRenderer) -> None:
        self._renderer = renderer

    async def on_guarded(self, message: Message) -> Outcome:
        """Verify and present one answer. Raises VerificationFailed for anything unattested."""
        event = event_of(AnswerGuarded, message)
        page = self._renderer.open_for(
            event.document, event.jws, question_id=event.question_id, version=event.version
        )
        published = AnswerPublished(
            event.question_id,
            event.version,
            page.answer_id,
            event.document,
            event.jws,
            tuple(self._renderer.render(page, media_type) for media_type in MEDIA_TYPES),
        )
        return Emit(ANSWER_PUBLISHED, _within_limit(published))


def _within_limit(published: AnswerPublished) -> bytes:
    """Leave out the largest renderings until the record fits; RenderAnswer derives them again."""
    value = wire.encode(published)
    kept = sorted(published.renderings, key=lambda rendering: len(rendering.content))
    while len(value) > RECORD_LIMIT and kept:
        left_out = kept.pop()
        log.warning(
            "left a rendering out of a record",
            extra={"question_id": published.question_id, "media_type": left_out.media_type},
        )
        value = wire.encode(
            AnswerPublished(
                published.question_id,
                published.version,
                published.answer_id,
                published.document,
                published.jws,
                tuple(kept),
            )
        )
    return value
