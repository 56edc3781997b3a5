"""Decisions about drafts, as the tests of the guard's store make them."""

from collections.abc import Callable
from typing import Any

from caveat.attestation import canonical, sha256_hex
from services.guard.ports import Decision, DecisionStore
from services.guard.sealing import SALT_BYTES, salted

DRAFTS_KEY = b"k" * 32
SALT = b"s" * SALT_BYTES
DRAFT = b"the draft's bytes: a canary"
MANY = 1_000_000


def a_maker(
    question_id: str, version: int = 1, note: str = "", size: int = 0
) -> Callable[[int], Decision]:
    def make(number: int) -> Decision:
        record = {"draft_digest": sha256_hex(SALT + DRAFT), "number": number, "x": "x" * size}
        return Decision(
            number=number,
            question_id=question_id,
            version=version,
            digest=f"digest {note}",
            document=b'{"a":"\xf0\x9d\x95\x8a"}',
            jws="a..b",
            record=canonical(record),
            record_jws=f"c..{number}",
        )

    return make


class Burst(Exception):
    pass


async def decide(store: DecisionStore, question_id: str, version: int = 1, **options: Any) -> Any:
    """Decide about a draft."""
    return await store.decide_once(
        question_id, version, a_maker(question_id, version), draft=salted(DRAFT, SALT), **options
    )
