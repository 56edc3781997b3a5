"""Trees that are held as their leaves."""

from collections.abc import Sequence

from services.auditor import merkle


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root of a tree that is held as its leaves."""
    tree: dict[tuple[int, int], bytes] = {}
    for level, index, found in merkle.grow(lambda *key: tree[key], 0, leaf_hashes):
        tree[level, index] = found
    return merkle.root(lambda *key: tree[key], len(leaf_hashes))
