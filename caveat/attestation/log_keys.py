"""The audit log's keys on disk: who signs its checkpoints, and who may have signed them."""

from collections.abc import Iterable
from pathlib import Path

from joserfc.jwk import OKPKey

from caveat.attestation.notes import (
    Checkpoint,
    Note,
    NoteKey,
    note_key,
    open_by,
    open_checkpoint,
    read_vkey,
    sign_note,
)
from caveat.attestation.signing import read_private_key
from caveat.attestation.watching import WatchedFile
from caveat.errors import DependencyMissing, UpstreamUnavailable


class NoteSigner:
    """Signs notes in the name of one log."""

    def __init__(self, key: OKPKey, origin: str) -> None:
        self._held = key, note_key(key, origin)

    @property
    def origin(self) -> str:
        """The log's name, which is the first line of its checkpoints."""
        return self._current()[1].name

    @property
    def key_id(self) -> str:
        """The four bytes by which a signature names its key, in hexadecimal."""
        return self._current()[1].key_id

    @property
    def vkey(self) -> str:
        """The verifier key."""
        return self._current()[1].vkey

    def sign(self, text: str) -> str:
        """Make the signed note of a text."""
        key, named = self._current()
        return sign_note(text, key, named.name)

    def _current(self) -> tuple[OKPKey, NoteKey]:
        return self._held


class FileNoteSigner(NoteSigner):
    """Signs with the key that is in the file now, so that a rotation needs no restart.

    While the file cannot be read it raises UpstreamUnavailable: a checkpoint can wait.
    """

    def __init__(self, private: Path, public: Path) -> None:
        self._public = public
        self._file = WatchedFile(private, self._read)

    def _current(self) -> tuple[OKPKey, NoteKey]:
        try:
            return self._file.current()
        except DependencyMissing as error:
            raise UpstreamUnavailable("keys", str(error)) from error

    def _read(self, private: Path) -> tuple[OKPKey, NoteKey]:
        """Read the key, and its log's name from the line that publishes it."""
        key = read_private_key(private)
        public = key.public_key.public_bytes_raw()
        named = [known for known in read_log_keys(self._public) if known.public == public]
        if not named:
            raise DependencyMissing(
                f"the verifier keys {self._public} lack that of {private}; add it with: caveat up"
            )
        return key, named[-1]


class LogKeys:
    """The verifier keys of the log, current and retired; follows changes of their file."""

    def __init__(self, path: Path) -> None:
        self._file = WatchedFile(path, read_log_keys)

    @property
    def vkeys(self) -> tuple[str, ...]:
        """Every verifier key, the current one last."""
        return tuple(key.vkey for key in self._file.latest())

    def open(self, note: str) -> Note:
        """Open a signed note. Raises VerificationFailed."""
        return open_by(note, self._file.latest())

    def open_checkpoint(self, note: str) -> Checkpoint:
        """Open a checkpoint. Raises VerificationFailed."""
        return open_checkpoint(note, self._file.latest())


def read_log_keys(path: Path) -> tuple[NoteKey, ...]:
    """Read the verifier keys, one a line. Raises DependencyMissing."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise DependencyMissing(
            f"the log's verifier keys {path} are missing; make them with: caveat up"
        ) from error
    except (OSError, ValueError) as error:
        raise DependencyMissing(
            f"the log's verifier keys {path} cannot be read: {error}; put their backup back, then"
            " look with: caveat keys ls"
        ) from error
    return _keys_of(lines, path)


def _keys_of(lines: Iterable[str], path: Path) -> tuple[NoteKey, ...]:
    try:
        keys = tuple(read_vkey(line) for line in lines if line.strip())
    except DependencyMissing as error:
        raise DependencyMissing(f"{path}: {error}; look with: caveat keys ls") from error
    if not keys:
        raise DependencyMissing(f"{path} holds no verifier key; make it with: caveat up")
    return keys
