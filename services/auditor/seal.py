"""Checkpoints and seals: what the auditor signs. Pure.

A checkpoint covers the leaves' contents. A seal is another signed note, kept beside it, over what
the tree does not cover: since when the rows are there. No reader of checkpoints takes one for it.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable

SEAL = "caveat/seal/1"

Row = tuple[int, str, str, str]
"""A leaf's index, kind, jws and time of appending."""


def seal_text(size: int, previous: int, made_at: str, rows: Iterable[Row]) -> str:
    """Write what a seal signs, over the rows from the previous checkpoint's size on."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update((" ".join(map(str, row)) + "\n").encode("utf-8", "surrogateescape"))
    return f"{SEAL}\n{size}\n{previous}\n{made_at}\n{b64encode(digest.digest()).decode()}\n"
