"""Name what the corpus holds by hashes of its content, so that whoever reads it can check it."""

import base64
import hashlib
from collections.abc import Iterable

_LENGTH = 26  # base32 characters: 130 bits


def source_id_of(url: str, text: str) -> str:
    """Name a source by its address and its stored text."""
    return _named("src", url, text)


def passage_id_of(source_id: str, start: int, text: str) -> str:
    """Name a passage by its source, where it begins there, and its text."""
    return _named("psg", source_id, str(start), text)


def corpus_version_of(passage_ids: Iterable[str]) -> str:
    """Name an exact set of passages."""
    return _named("cv", *sorted(passage_ids))


def _named(prefix: str, *parts: str) -> str:
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return f"{prefix}_{base64.b32encode(digest).decode().lower()[:_LENGTH]}"
