"""Keep drafts so that only the guard can read them, and nobody once their key is gone. Pure.

Each question has a random 256-bit key of its own, which is kept wrapped (RFC 3394) by the guard's
drafts key. A draft is encrypted with AES-256-GCM under its question's key, and is bound to its
question and version: a row that was moved or altered does not open. Randomness is an argument.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from caveat.errors import PermanentError

KEY_BYTES = 32
SALT_BYTES = 32
NONCE_BYTES = 12


def salted(draft: bytes, salt: bytes) -> bytes:
    """Put salt before a draft: its digest then tells nothing to whoever guesses at the draft."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return salt + draft


def unsalted(kept: bytes) -> bytes:
    """Return the draft that was salted."""
    return kept[SALT_BYTES:]


def wrap(key: bytes, *, under: bytes) -> bytes:
    """Wrap the key of a question."""
    return aes_key_wrap(under, key)


def unwrap(wrapped: bytes, *, under: bytes) -> bytes:
    """Return the key of a question. Raises PermanentError under another key than it was wrapped."""
    try:
        return aes_key_unwrap(under, wrapped)
    except (InvalidUnwrap, ValueError) as error:
        raise PermanentError(
            "the key of a draft cannot be unwrapped: it is damaged, or the drafts key is another"
        ) from error


def seal(kept: bytes, key: bytes, *, nonce: bytes, question_id: str, version: int) -> bytes:
    """Encrypt a salted draft. A nonce serves for one draft only."""
    return AESGCM(key).encrypt(nonce, kept, _place(question_id, version))


def unseal(sealed: bytes, key: bytes, *, nonce: bytes, question_id: str, version: int) -> bytes:
    """Return a salted draft. Raises PermanentError for one that is altered, or of another place."""
    try:
        return AESGCM(key).decrypt(nonce, sealed, _place(question_id, version))
    except (InvalidTag, ValueError) as error:
        raise PermanentError("a draft cannot be opened: it was altered or moved") from error


def _place(question_id: str, version: int) -> bytes:
    return f"caveat/draft/1\n{question_id}\n{version}".encode()
