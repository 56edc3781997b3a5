"""The Merkle tree of RFC 6962 and RFC 9162 (section 2.1): roots, and proofs about them. Pure.

A tree is read through `node(level, index)`: the hash of the complete subtree over the leaves from
`index << level` to `(index + 1) << level`, so that roots and proofs touch O(log n) hashes of it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from caveat.errors import VerificationFailed

Node = Callable[[int, int], bytes]
Grown = tuple[int, int, bytes]
"""A subtree that has become complete: its level, its index there, and its hash."""

EMPTY = hashlib.sha256().digest()


def leaf_hash(content: bytes) -> bytes:
    """Hash a leaf."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into the one above them."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(node: Node, size: int, leaf_hashes: Iterable[bytes]) -> Iterator[Grown]:
    """List the subtrees that further leaves complete, the leaves themselves (level 0) included."""
    fresh: dict[tuple[int, int], bytes] = {}
    for index, leaf in enumerate(leaf_hashes, start=size):
        level, place, found = 0, index, leaf
        yield level, place, found
        while place & 1:
            left = fresh.pop((level, place - 1), None) or node(level, place - 1)
            level, place, found = level + 1, place >> 1, node_hash(left, found)
            yield level, place, found
        fresh[level, place] = found


def root(node: Node, size: int) -> bytes:
    """Return the root of the tree of the first `size` leaves."""
    return _hash_of(node, 0, size) if size else EMPTY


def inclusion_path(node: Node, index: int, size: int) -> tuple[bytes, ...]:
    """List the siblings between a leaf and the root, from the leaf up."""
    begin, end, path = 0, size, list[bytes]()
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_hash_of(node, middle, end))
            end = middle
        else:
            path.append(_hash_of(node, begin, middle))
            begin = middle
    return tuple(reversed(path))


def consistency_path(node: Node, first: int, second: int) -> tuple[bytes, ...]:
    """List the hashes that show that a tree of `second` leaves begins with one of `first`."""
    begin, end, path = 0, second, list[bytes]()
    if first in (0, second):
        return ()
    while first != end:
        middle = begin + _split(end - begin)
        if first <= middle:
            path.append(_hash_of(node, middle, end))
            end = middle
        else:
            path.append(_hash_of(node, begin, middle))
            begin = middle
    if begin:  # otherwise it is the whole of the first tree, whose root the verifier has
        path.append(_hash_of(node, begin, end))
    return tuple(reversed(path))


def verify_inclusion(
    leaf: bytes, index: int, size: int, *, path: Sequence[bytes], root_hash: bytes
) -> None:
    """Hold a leaf to a root (RFC 9162, 2.1.3.2). Raises VerificationFailed."""
    if not 0 <= index < size:
        raise VerificationFailed(f"leaf {index} is not among the first {size}")
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise VerificationFailed("the inclusion proof is too long")
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last or found != root_hash:
        raise VerificationFailed(f"leaf {index} does not lead to the root of {size} leaves")


def verify_consistency(
    first: int, second: int, *, path: Sequence[bytes], first_root: bytes, second_root: bytes
) -> None:
    """Hold a root to an earlier one (RFC 9162, 2.1.4.2). Raises VerificationFailed."""
    if not 0 <= first <= second:
        raise VerificationFailed(f"a log of {second} leaves does not continue one of {first}")
    if first in (0, second):
        same = first_root == second_root if first else first_root == EMPTY
        if path or not same:
            raise VerificationFailed(f"the roots of {first} and {second} leaves do not agree")
        return
    hashes = list(path) if first & (first - 1) else [first_root, *path]
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not hashes or _climb(hashes, place, last) != (first_root, second_root):
        raise VerificationFailed(f"the log of {second} leaves does not continue that of {first}")


def _climb(hashes: Sequence[bytes], place: int, last: int) -> tuple[bytes, bytes] | None:
    """Work out both roots of a consistency proof; nothing when its length is wrong."""
    early = late = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            early, late = node_hash(sibling, early), node_hash(sibling, late)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            late = node_hash(late, sibling)
        place, last = place >> 1, last >> 1
    return None if last else (early, late)


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _hash_of(node: Node, begin: int, end: int) -> bytes:
    """Hash the leaves from begin to end, which an RFC's recursion has cut out of a tree."""
    size = end - begin
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, begin >> level)
    middle = begin + _split(size)
    return node_hash(_hash_of(node, begin, middle), _hash_of(node, middle, end))
