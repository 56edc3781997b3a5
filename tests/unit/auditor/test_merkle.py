import hashlib
import random
from collections.abc import Sequence

import pytest

from caveat.errors import VerificationFailed
from services.auditor import merkle
from tests.unit.auditor.trees import root_of

# The leaves and roots that the reference implementation of RFC 6962 (Certificate Transparency,
# merkletree/merkle_tree_test.cc) is tested with.
CT_LEAVES = tuple(
    bytes.fromhex(leaf)
    for leaf in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)  # fmt: skip
CT_ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
# (leaf counted from 1, tree size, path) and (first, second, path) of the same tests.
CT_INCLUSION = (
    (1, 1, ()),
    (1, 8, ("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")),
    (6, 8, ("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")),
    (3, 3, ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",)),
    (2, 5, ("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")),
)  # fmt: skip
CT_CONSISTENCY = (
    (1, 1, ()),
    (1, 8, ("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")),
    (6, 8, ("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")),
    (2, 5, ("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")),
)  # fmt: skip


class Tree:
    """The stored complete subtrees; counts how many of them are read."""

    def __init__(self, leaves: Sequence[bytes] = ()) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.size = 0
        self.read = 0
        self.add(leaves)

    def add(self, leaves: Sequence[bytes]) -> None:
        grown = merkle.grow(self.node, self.size, map(merkle.leaf_hash, leaves))
        for level, index, found in grown:
            assert (level, index) not in self.nodes
            self.nodes[level, index] = found
        self.size += len(leaves)

    def node(self, level: int, index: int) -> bytes:
        self.read += 1
        return self.nodes[level, index]


# --- RFC 6962, section 2.1, word for word ---------------------------------------------------------


def naive_root(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = naive_split(len(leaves))
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def naive_path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = naive_split(len(leaves))
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_proof(m: int, leaves: Sequence[bytes], whole: bool = True) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = naive_split(len(leaves))
    if m <= k:
        return [*naive_proof(m, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_proof(m - k, leaves[k:], False), naive_root(leaves[:k])]


# --- published vectors ---------------------------------------------------------------------------


def test_gives_the_published_roots() -> None:
    assert merkle.EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    tree = Tree(CT_LEAVES)
    for size, expected in enumerate(CT_ROOTS, start=1):
        hashes = [merkle.leaf_hash(leaf) for leaf in CT_LEAVES[:size]]
        assert root_of(hashes).hex() == expected
        assert merkle.root(tree.node, size).hex() == expected


@pytest.mark.parametrize(("number", "size", "path"), CT_INCLUSION)
def test_gives_the_published_inclusion_proofs(
    number: int, size: int, path: tuple[str, ...]
) -> None:
    found = merkle.inclusion_path(Tree(CT_LEAVES).node, number - 1, size)

    assert tuple(one.hex() for one in found) == path
    leaf, root = merkle.leaf_hash(CT_LEAVES[number - 1]), bytes.fromhex(CT_ROOTS[size - 1])
    merkle.verify_inclusion(leaf, number - 1, size, path=found, root_hash=root)


@pytest.mark.parametrize(("first", "second", "path"), CT_CONSISTENCY)
def test_gives_the_published_consistency_proofs(
    first: int, second: int, path: tuple[str, ...]
) -> None:
    found = merkle.consistency_path(Tree(CT_LEAVES).node, first, second)

    assert tuple(one.hex() for one in found) == path
    roots = [bytes.fromhex(CT_ROOTS[size - 1]) for size in (first, second)]
    merkle.verify_consistency(first, second, path=found, first_root=roots[0], second_root=roots[1])


# --- against the recursion -----------------------------------------------------------------------


def a_tree(random: random.Random, most: int = 80) -> tuple[list[bytes], Tree]:
    count = random.randrange(1, most)
    # Equal neighbours would have the same proof.
    leaves = [bytes([n]) + random.randbytes(random.randrange(40)) for n in range(count)]
    tree = Tree()
    rest = list(leaves)
    while rest:
        count = random.randrange(1, len(rest) + 1)
        tree.add(rest[:count])
        del rest[:count]
    return leaves, tree


@pytest.mark.parametrize("seed", range(8))
def test_agrees_with_the_recursion_in_hundreds_of_random_trees(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(150):
        leaves, tree = a_tree(chance)
        size = chance.randrange(1, len(leaves) + 1)
        index, first = chance.randrange(size), chance.randrange(1, size + 1)
        root, early = naive_root(leaves[:size]), naive_root(leaves[:first])
        assert merkle.root(tree.node, size) == root

        path = merkle.inclusion_path(tree.node, index, size)
        assert list(path) == naive_path(index, leaves[:size])
        leaf = merkle.leaf_hash(leaves[index])
        merkle.verify_inclusion(leaf, index, size, path=path, root_hash=root)

        proof = merkle.consistency_path(tree.node, first, size)
        assert list(proof) == naive_proof(first, leaves[:size])
        merkle.verify_consistency(first, size, path=proof, first_root=early, second_root=root)


@pytest.mark.parametrize("seed", range(4))
def test_refuses_every_changed_inclusion_proof(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(150):
        leaves, tree = a_tree(chance)
        size, index = len(leaves), chance.randrange(len(leaves))
        root, leaf = merkle.root(tree.node, size), merkle.leaf_hash(leaves[index])
        path = merkle.inclusion_path(tree.node, index, size)
        for changed in changes(chance, path):
            with pytest.raises(VerificationFailed):
                merkle.verify_inclusion(leaf, index, size, path=changed, root_hash=root)
        with pytest.raises(VerificationFailed):
            merkle.verify_inclusion(root[::-1], index, size, path=path, root_hash=root)
        for place in {index + 1, index - 1, size, -1} - {index}:
            with pytest.raises(VerificationFailed):
                merkle.verify_inclusion(leaf, place, size, path=path, root_hash=root)


@pytest.mark.parametrize("seed", range(4))
def test_refuses_every_changed_consistency_proof(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(150):
        leaves, tree = a_tree(chance)
        second, first = len(leaves), chance.randrange(1, len(leaves) + 1)
        roots = {
            "first_root": merkle.root(tree.node, first),
            "second_root": merkle.root(tree.node, second),
        }
        path = merkle.consistency_path(tree.node, first, second)
        for changed in changes(chance, path):
            with pytest.raises(VerificationFailed):
                merkle.verify_consistency(first, second, path=changed, **roots)
        for name in roots:
            with pytest.raises(VerificationFailed):
                merkle.verify_consistency(
                    first, second, path=path, **roots | {name: chance.randbytes(32)}
                )
        with pytest.raises(VerificationFailed):
            merkle.verify_consistency(second + 1, second, path=path, **roots)


def changes(chance: random.Random, path: tuple[bytes, ...]) -> list[tuple[bytes, ...]]:
    longer = (*path, chance.randbytes(32))
    if not path:
        return [longer]
    at, bit = chance.randrange(len(path)), 1 << chance.randrange(256)
    flipped = (int.from_bytes(path[at]) ^ bit).to_bytes(32)
    return [longer, path[:-1], (*path[:at], flipped, *path[at + 1 :])]


def test_a_fork_is_not_consistent_with_what_it_forked_from() -> None:
    leaves = [bytes([n]) for n in range(20)]
    fork = Tree([*leaves[:5], b"another", *leaves[6:]])

    with pytest.raises(VerificationFailed, match="does not continue"):
        merkle.verify_consistency(
            10, 20, path=merkle.consistency_path(fork.node, 10, 20),
            first_root=naive_root(leaves[:10]), second_root=merkle.root(fork.node, 20),
        )  # fmt: skip


def test_everything_continues_an_empty_log() -> None:
    merkle.verify_consistency(0, 3, path=(), first_root=merkle.EMPTY, second_root=b"any")
    with pytest.raises(VerificationFailed):
        merkle.verify_consistency(0, 3, path=(), first_root=b"other", second_root=b"any")


def test_an_append_costs_less_than_two_nodes_and_a_proof_a_few() -> None:
    tree = Tree([n.to_bytes(4) for n in range(100_001)])
    assert len(tree.nodes) < 2 * tree.size

    tree.read = 0
    merkle.inclusion_path(tree.node, 99_999, tree.size)
    merkle.consistency_path(tree.node, 65_537, tree.size)
    assert tree.read < 5 * tree.size.bit_length()
