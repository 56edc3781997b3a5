import pytest

from caveat.errors import PermanentError
from services.guard import sealing

KEY, OTHER = b"k" * 32, b"o" * 32
NONCE = b"n" * 12
QUESTION = "0197c2d4-0000-7000-8000-000000000001"


def sealed(kept: bytes = b"a draft") -> bytes:
    return sealing.seal(kept, KEY, nonce=NONCE, question_id=QUESTION, version=1)


def unsealed(content: bytes, key: bytes = KEY, **changes: object) -> bytes:
    fields = {"nonce": NONCE, "question_id": QUESTION, "version": 1} | changes
    return sealing.unseal(content, key, **fields)  # type: ignore[arg-type]


def test_opens_what_it_sealed() -> None:
    assert unsealed(sealed()) == b"a draft"
    assert b"a draft" not in sealed()


def test_wraps_a_key_as_rfc_3394_says() -> None:
    # Section 4.6: 256 bits of key data with a 256-bit key.
    under = bytes(range(32))
    key = bytes.fromhex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F")
    wrapped = bytes.fromhex(
        "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21"
    )

    assert sealing.wrap(key, under=under) == wrapped
    assert sealing.unwrap(wrapped, under=under) == key


@pytest.mark.parametrize("at", [0, 3, -1])
def test_an_altered_draft_does_not_open(at: int) -> None:
    content = bytearray(sealed())
    content[at] ^= 1

    with pytest.raises(PermanentError, match="altered or moved"):
        unsealed(bytes(content))


@pytest.mark.parametrize("content", [b"", b"short"])
def test_half_a_draft_does_not_open(content: bytes) -> None:
    with pytest.raises(PermanentError, match="altered or moved"):
        unsealed(content)


@pytest.mark.parametrize(
    "changes",
    [
        {"key": OTHER},
        {"nonce": b"m" * 12},
        {"nonce": b""},
        {"question_id": QUESTION[:-1] + "2"},
        {"version": 2},
        {"question_id": f"{QUESTION}\n1", "version": 1},
    ],
)
def test_a_draft_opens_in_its_own_place_only(changes: dict[str, object]) -> None:
    with pytest.raises(PermanentError, match="altered or moved"):
        unsealed(sealed(), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrapped", [b"", b"x" * 40, sealing.wrap(KEY, under=OTHER)])
def test_a_key_that_was_not_wrapped_by_this_one_does_not_unwrap(wrapped: bytes) -> None:
    with pytest.raises(PermanentError, match="drafts key"):
        sealing.unwrap(wrapped, under=KEY)


def test_a_salt_comes_before_the_draft_and_has_its_length() -> None:
    kept = sealing.salted(b"a draft", b"s" * 32)

    assert kept == b"s" * 32 + b"a draft"
    assert sealing.unsalted(kept) == b"a draft"
    with pytest.raises(ValueError, match="32"):
        sealing.salted(b"a draft", b"s")
