"""C2SP signed notes: the form of the audit log's checkpoints, and of the keys that sign them.

A note is text, an empty line, and signature lines `— <name> <base64(key id || signature)>`. A
verifier key is one line, `<name>+<key id>+<base64(0x01 || public key)>`.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc.jwk import OKPKey

from caveat.errors import DependencyMissing, VerificationFailed

_ED25519 = b"\x01"
_DASH = "\u2014 "
_LONGEST = 1_000_000  # characters
_MOST_SIGNATURES = 100
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_ROOT_BYTES = 32
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key that signs notes under a name."""

    name: str
    public: bytes

    @property
    def key_id(self) -> str:
        """The four bytes by which a signature names its key, in hexadecimal."""
        named = self.name.encode() + b"\n" + _ED25519 + self.public
        return hashlib.sha256(named).hexdigest()[:8]

    @property
    def vkey(self) -> str:
        """The verifier key, one line."""
        return f"{self.name}+{self.key_id}+{_base64(_ED25519 + self.public)}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that at least one trusted key has signed."""

    text: str
    signed_by: tuple[NoteKey, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log that its key has signed."""

    origin: str
    size: int
    root: bytes
    signed_by: NoteKey


def note_key(key: OKPKey, name: str) -> NoteKey:
    """Name the public half of a key. Raises ValueError for a name that a note cannot carry."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"a note's key cannot be named {name!r}")
    return NoteKey(name, key.public_key.public_bytes_raw())


def read_vkey(line: str) -> NoteKey:
    """Read a verifier key. Raises DependencyMissing for a line that is none."""
    name, _, rest = line.partition("+")
    key_id, _, encoded = rest.partition("+")
    content = _bytes_of(encoded)
    key = NoteKey(name, content[1:])
    well_formed = _NAME.fullmatch(name) and content[:1] == _ED25519 and len(content) == 33
    if not well_formed or key.key_id != key_id:
        raise DependencyMissing(f"not a verifier key: {line[:80]!r}")
    return key


def sign_note(text: str, key: OKPKey, name: str) -> str:
    """Sign a text. Raises ValueError for a text or a name that a note cannot carry."""
    _check_text(text)
    signer, private = note_key(key, name), key.private_key
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError("a note is signed with a private Ed25519 key")
    signature = private.sign(text.encode())
    return f"{text}\n{_DASH}{name} {_base64(bytes.fromhex(signer.key_id) + signature)}\n"


def open_note(note: str, vkeys: Iterable[str]) -> Note:
    """Return the text of a note that a trusted key has signed. Raises VerificationFailed.

    Signatures by other keys are passed over. One in a trusted key's name that does not hold
    spoils the note, whoever else has signed it.
    """
    return open_by(note, [read_vkey(line) for line in vkeys])


def open_by(note: str, keys: Iterable[NoteKey]) -> Note:
    """As `open_note`, by keys that have been read already."""
    text, lines = _parts(note)
    trusted = {(key.name, key.key_id): key for key in keys}
    signed_by = dict[tuple[str, str], NoteKey]()
    for line in lines:
        name, content = _signature(line)
        known = name, content[:4].hex()
        if known not in trusted or known in signed_by:
            continue
        _check(trusted[known], content[4:], text)
        signed_by[known] = trusted[known]
    if not signed_by:
        raise VerificationFailed("no key that we know has signed the note")
    return Note(text, tuple(signed_by.values()))


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """Write the text of a checkpoint (C2SP tlog-checkpoint)."""
    return f"{origin}\n{size}\n{_base64(root)}\n"


def open_checkpoint(note: str, keys: Iterable[NoteKey]) -> Checkpoint:
    """Open a checkpoint that the key of its own origin has signed. Raises VerificationFailed."""
    opened = open_by(note, keys)
    origin, size, root, *_ = (*opened.text.split("\n"), "", "", "")
    content = _bytes_of(root)
    if not _SIZE.fullmatch(size) or len(content) != _ROOT_BYTES:
        raise VerificationFailed("the note is not a checkpoint")
    own = next((key for key in opened.signed_by if key.name == origin), None)
    if own is None:
        raise VerificationFailed(f"the checkpoint is not signed by its own log {origin[:80]!r}")
    return Checkpoint(origin, int(size), content, own)


def _parts(note: str) -> tuple[str, list[str]]:
    _check_text(note, VerificationFailed)
    before, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures:
        raise VerificationFailed("the note has no empty line before its signatures")
    lines = signatures.removesuffix("\n").split("\n")
    if len(lines) > _MOST_SIGNATURES:
        raise VerificationFailed("the note has too many signatures")
    return before + "\n", lines


def _check_text(text: str, error: type[Exception] = ValueError) -> None:
    if len(text) > _LONGEST or not text.endswith("\n") or not _is_utf_8(text):
        raise error("a note is text of limited length that ends in a newline")
    if any(c < " " and c != "\n" for c in text) or "\x7f" in text:
        raise error("a note has no control characters")


def _is_utf_8(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    content = _bytes_of(encoded)
    if not line.startswith(_DASH) or not _NAME.fullmatch(name) or len(content) < 5:
        raise VerificationFailed("the note has a line that is no signature")
    return name, content


def _check(key: NoteKey, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except InvalidSignature as error:
        raise VerificationFailed(f"the signature of {key.name} does not match the note") from error


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes_of(encoded: str) -> bytes:
    """Decode base64 that is written in the one right way; nothing of what is not."""
    try:
        content = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        return b""
    return content if _base64(content) == encoded else b""
