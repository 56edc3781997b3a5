"""The proof that a decision is in the audit log, as a value and as the file that leaves the house.

docs/verifying-the-log.md describes the file to others.
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from caveat.model import Leaf

PROOF = "caveat/proof/1"


@dataclass(frozen=True, slots=True)
class Proof:
    """A leaf, and the path from it to the root that a signed checkpoint names."""

    leaf: Leaf
    tree_size: int
    path: tuple[bytes, ...]
    checkpoint: str


def proof_document(proof: Proof) -> dict[str, Any]:
    """Write a proof as it is kept in a file."""
    return {
        "schema": PROOF,
        "leaf": leaf_fields(proof.leaf),
        "tree_size": proof.tree_size,
        "path": [_encoded(one) for one in proof.path],
        "checkpoint": proof.checkpoint,
    }


def leaf_fields(leaf: Leaf) -> dict[str, Any]:
    """Write a leaf as it stands in a proof and in an export."""
    content = _encoded(leaf.content)
    return {"index": leaf.index, "kind": str(leaf.kind), "content": content, "jws": leaf.jws}


def _encoded(content: bytes) -> str:
    return b64encode(content).decode()
