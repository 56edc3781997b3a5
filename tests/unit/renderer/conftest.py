from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from caveat import wire
from caveat.attestation import (
    Signer,
    canonical,
    create_keys,
    load_signer,
    load_verifier,
)
from caveat.chassis.stream import Message
from caveat.model import AnswerGuarded
from caveat.pipeline import ANSWER_GUARDED
from services.renderer.attested import AttestedRenderer
from services.renderer.presentation import Presentation
from tests.builders import a_document

AMessage = Callable[..., Message]


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    create_keys(tmp_path)
    return load_signer(tmp_path)


@pytest.fixture
def renderer(signer: Signer, tmp_path: Path) -> AttestedRenderer:
    return AttestedRenderer(load_verifier(tmp_path), Presentation())


@pytest.fixture
def a_message(signer: Signer) -> AMessage:
    """Make a record of answer.guarded; any field of the event can be changed."""

    def make(answer: dict[str, Any] | None = None, **changes: Any) -> Message:
        answer = answer or a_document()
        content = canonical(answer)
        fields: dict[str, Any] = {
            "question_id": answer["question_id"],
            "version": answer["version"],
            "document": content,
            "jws": signer.sign(content),
            "decision": b"{}",
        }
        event = AnswerGuarded(**(fields | changes))
        return Message(ANSWER_GUARDED, 0, 0, 0, event.question_id, wire.encode(event), {})

    return make
