#!/usr/bin/env python3
"""Verify what Caveat published, without Caveat: an answer, a proof, or a whole audit log.

    python caveat_verify.py answer ENVELOPE.json --jwks jwks.json [--fingerprint KEY]
    python caveat_verify.py proof PROOF.json --keys log.txt --jwks jwks.json [--answer ENVELOPE]
    python caveat_verify.py log EXPORT.jsonl --keys log.txt --jwks jwks.json [--checkpoint OLD.txt]

Exit status: 0 it holds, 5 it does not, 2 a file cannot be opened or the call is wrong.

One file, Python 3.9 or later, nothing but the standard library and `cryptography`. It shares no
line with Caveat, on purpose: a fault in our own code must not be able to hide itself, and whoever
relies on this file can read all of it. Where it is stricter than a parser at hand, it refuses:
JSON with a repeated member or an inexact number means different things to different readers.
"""

import argparse
import base64
import collections
import concurrent.futures
import functools
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.exit("caveat_verify: needs the package `cryptography`: pip install cryptography")

HOLDS, USAGE, FAILED = 0, 2, 5
ANSWER, DECISION, OPERATION = "caveat/answer/1", "caveat/decision/1", "caveat/operation/1"
PROOF, LOG = "caveat/proof/1", "caveat/log/1"

_CHUNK = 256  # lines that are checked together
_WORTH_A_POOL = 4_000_000  # bytes of a log
_SAFE = 2**53 - 1
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z", re.ASCII)
_HEADER = re.compile(r"[A-Za-z0-9_-]+")
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{85}[AQgw]")
_X = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")


class Fault(Exception):
    """Something does not hold; the text says what, in plain words."""


# --- JSON: read strictly, written canonically (RFC 8785) -----------------------------------------


def read_json(text: bytes) -> Any:
    """Parse JSON that every reader understands alike."""
    try:
        return _DECODER.decode(text.decode("utf-8"))
    except RecursionError as error:
        raise Fault("nested too deeply to be ours") from error
    except ValueError as error:
        raise Fault(f"not the JSON that we write: {error}") from error


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    names = list(members)
    if len(names) != len(pairs):
        raise ValueError("a member is repeated")
    if names == sorted(names) and "".join(names).isascii():
        return members
    return dict(sorted(pairs, key=lambda pair: pair[0].encode("utf-16-be", "surrogatepass")))


def _inexact(text: str) -> Any:
    raise ValueError(f"{text[:20]} is not an integer")


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > _SAFE:
        raise ValueError("an integer is too large to be exact everywhere")
    return int(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_float=_inexact, parse_constant=_inexact, parse_int=_integer
)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
# One inside a string only costs the slower way.
_LONG_NUMBER = re.compile(rb"[:,\[]-?[0-9]{16}")
_PLAIN = json.JSONDecoder(parse_float=_inexact, parse_constant=_inexact)
_SORTED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def canonical(value: Any) -> bytes:
    """Write what `read_json` has read in its RFC 8785 form; it has sorted the members."""
    try:
        return _ENCODER.encode(value).encode("utf-8")
    except ValueError as error:
        raise Fault("a text holds half of a character") from error


def read_canonical(content: bytes) -> dict[str, Any]:
    """Parse a document that is its own canonical form."""
    plain = _read_plain(content)
    if plain is not None:
        return mapping(plain, "the signed document")
    document = mapping(read_json(content), "the signed document")
    if canonical(document) != content:
        raise Fault("the signed document is not in canonical form (RFC 8785)")
    return document


def _read_plain(content: bytes) -> Any:
    """Read the common case several times as fast: ASCII alone, which is its own canonical form.

    Written again, a repeated member, another order or another notation would give other bytes,
    so whatever comes back equal has none of them. None says: read it strictly.
    """
    if not content.isascii() or _LONG_NUMBER.search(content):
        return None
    try:
        document = _PLAIN.decode(content.decode("ascii"))
        again = _SORTED.encode(document).encode("utf-8")
    except (ValueError, RecursionError):
        return None
    return document if again == content else None


def mapping(value: Any, what: str) -> dict[str, Any]:
    """Hold a value to be a JSON object."""
    if not isinstance(value, dict):
        raise Fault(f"{what} is not a JSON object")
    return value


def text_of(value: Any, what: str) -> str:
    """Hold a value to be a string."""
    if not isinstance(value, str):
        raise Fault(f"{what} is not a text")
    return value


def number_of(value: Any, what: str) -> int:
    """Hold a value to be a count."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Fault(f"{what} is not a count")
    return value


def bytes_of(value: Any, what: str) -> bytes:
    """Decode base64 that is written in the one right way."""
    encoded = text_of(value, what)
    try:
        content = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise Fault(f"{what} is not base64") from error
    if base64.b64encode(content).decode() != encoded:
        raise Fault(f"{what} is not base64 in its one right form")
    return content


# --- signatures of the guard: detached JWS, Ed25519 ----------------------------------------------


@dataclass(frozen=True)
class GuardKeys:
    """The guard's public keys by RFC 7638 thumbprint, and when the retired ones were retired."""

    keys: dict[str, bytes]
    retired: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict)
    """The key ids of headers that were read before: a log has few different ones."""

    def verify(self, content: bytes, jws: str) -> str:
        """Return the id of the key that signed these bytes."""
        header, middle, signature = (*jws.split("."), "", "")[:3]
        if jws.count(".") != 2 or middle or not signature:
            raise Fault("the signature is not a detached JWS")
        key_id = self.headers.get(header) or _key_id(header)
        if key_id not in self.keys:
            raise Fault(f"the signing key is unknown: {key_id[:60]!r}")
        self.headers[header] = key_id
        payload = base64.urlsafe_b64encode(content).rstrip(b"=")
        if not _SIGNATURE.fullmatch(signature) or not _signed(
            self.keys[key_id], _base64url(signature), header.encode() + b"." + payload
        ):
            raise Fault("the signature does not match the document")
        return key_id

    def open(self, content: bytes, jws: str, schema: str) -> tuple[str, dict[str, Any]]:
        """Return the key id and the document of a signed answer or decision."""
        key_id = self.verify(content, jws)
        document = read_canonical(content)
        if document.get("schema") != schema:
            raise Fault(f"the signed document is not of schema {schema}")
        if key_id in self.retired:
            inner = document.get("guard") if schema == ANSWER else document
            decided = moment_key(inner.get("decided_at") if isinstance(inner, dict) else "")
            if not decided or decided > moment_key(self.retired[key_id]):
                raise Fault(f"the signing key was retired at {self.retired[key_id]}, before this")
        return key_id, document


def _key_id(header: str) -> str:
    if not _HEADER.fullmatch(header) or len(header) % 4 == 1:
        raise Fault("the signature's header cannot be read")
    fields = mapping(read_json(_base64url(header)), "the signature's header")
    if fields.get("alg") != "Ed25519":
        raise Fault("the signature's algorithm is not Ed25519")
    if "crit" in fields:
        raise Fault("the signature's header demands extensions")
    return str(fields.get("kid", ""))


def _base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


_public_key = functools.cache(Ed25519PublicKey.from_public_bytes)


def _signed(public: bytes, signature: bytes, content: bytes) -> bool:
    try:
        _public_key(public).verify(signature, content)
    except InvalidSignature:
        return False
    return True


def moment_key(text: Any) -> str:
    """Make an RFC 3339 moment in UTC comparable as a string; nothing of what is not one."""
    found = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    return f"{found[1]}.{found[2] or '':0<9}" if found else ""


def guard_keys(jwks: bytes) -> GuardKeys:
    """Read a JSON Web Key Set; a key's id is computed, never taken from the file."""
    listed = mapping(read_json(jwks), "the key set").get("keys")
    keys, retired = {}, {}
    for jwk in listed if isinstance(listed, list) else ():
        if not isinstance(jwk, dict) or (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519"):
            continue
        x = str(jwk.get("x", ""))
        if not _X.fullmatch(x):
            raise Fault("the key set holds a damaged key")
        named = f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'.encode()
        thumbprint = base64.urlsafe_b64encode(hashlib.sha256(named).digest()).rstrip(b"=").decode()
        keys[thumbprint] = _base64url(x)
        if "retired_at" in jwk:
            retired[thumbprint] = text_of(jwk["retired_at"], "retired_at")
            if not moment_key(jwk["retired_at"]):
                raise Fault("the key set holds a key that was retired at no known time")
    if not keys:
        raise Fault("the key set holds no Ed25519 key")
    return GuardKeys(keys, retired)


# --- checkpoints of the log: C2SP signed notes ---------------------------------------------------


@dataclass(frozen=True)
class Checkpoint:
    """What the log's key has signed: so many leaves, and the hash over them."""

    origin: str
    size: int
    root: bytes


def log_keys(text: bytes) -> dict[tuple[str, bytes], bytes]:
    """Read verifier keys, one a line."""
    keys = {}
    for line in text.decode("utf-8", "replace").splitlines():
        name, _, rest = line.partition("+")
        key_id, _, encoded = rest.partition("+")
        if not line.strip():
            continue
        content = bytes_of(encoded, "a verifier key")
        digest = hashlib.sha256(name.encode() + b"\n" + content).digest()[:4]
        well_formed = _NAME.fullmatch(name) and content[:1] == b"\x01" and len(content) == 33
        if not well_formed or digest.hex() != key_id:
            raise Fault(f"not a verifier key: {line[:80]!r}")
        keys[name, digest] = content[1:]
    if not keys:
        raise Fault("there is no verifier key of the log")
    return keys


def open_checkpoint(note: str, keys: dict[tuple[str, bytes], bytes]) -> Checkpoint:
    """Open a checkpoint that the key of its own origin has signed."""
    if any((c < " " and c != "\n") or c == "\x7f" or "\ud800" <= c <= "\udfff" for c in note):
        raise Fault("the checkpoint holds control characters")
    text, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise Fault("the checkpoint is not a signed note")
    text += "\n"
    origin, size, root, *_ = (*text.split("\n"), "", "", "")
    own = False
    for line in signatures[:-1].split("\n"):
        dash, name, encoded = (*line.split(" "), "", "", "")[:3]
        content = bytes_of(encoded, "a signature of the checkpoint")
        if dash != "\u2014" or line.count(" ") != 2 or not _NAME.fullmatch(name):
            raise Fault("the checkpoint has a line that is no signature")
        public = keys.get((name, content[:4]), b"")
        if public and not _signed(public, content[4:], text.encode()):
            raise Fault("the checkpoint's signature does not match it")
        own = own or (bool(public) and name == origin)
    if not own:
        raise Fault("the checkpoint is not signed by a key of its log that we know")
    content = bytes_of(root, "the checkpoint's root")
    if not _SIZE.fullmatch(size) or len(content) != 32:
        raise Fault("the signed note is not a checkpoint")
    return Checkpoint(origin, int(size), content)


# --- the Merkle tree of RFC 6962 -----------------------------------------------------------------


def leaf_hash(content: bytes) -> bytes:
    """Hash a leaf."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two halves of a tree."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that only grows. It keeps one hash for each complete part: O(log n)."""

    def __init__(self) -> None:
        self.size = 0
        self._parts: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add the hash of a leaf."""
        self.size += 1
        size = self.size
        while size % 2 == 0:
            leaf = node_hash(self._parts.pop(), leaf)
            size //= 2
        self._parts.append(leaf)

    def root(self) -> bytes:
        """Return the hash over all leaves."""
        if not self._parts:
            return hashlib.sha256(b"").digest()
        root = self._parts[-1]
        for part in reversed(self._parts[:-1]):
            root = node_hash(part, root)
        return root


def root_of_path(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """Follow an inclusion path from a leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise Fault(f"the tree of {size} leaves has none with index {index}")
    place, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise Fault("the proof's path is too long")
        if place % 2 or place == last:
            root = node_hash(sibling, root)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            root = node_hash(root, sibling)
        place, last = place // 2, last // 2
    if last:
        raise Fault("the proof's path is too short")
    return root


# --- leaves --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leaf:
    """One entry of the log that has been read and found to be what it says."""

    index: int
    content: bytes
    document: dict[str, Any]
    key_id: str

    @property
    def number(self) -> int:
        """The number of the decision; 0 for an operation."""
        return int(self.document.get("decision_number", 0)) if self.key_id else 0


def read_leaf(value: Any, keys: GuardKeys) -> Leaf:
    """Read a leaf and check the guard's signature over a decision."""
    entry = mapping(value, "the leaf")
    index, kind = number_of(entry.get("index"), "the leaf's index"), entry.get("kind")
    content = bytes_of(entry.get("content"), "the leaf's content")
    jws = text_of(entry.get("jws") or "", "the leaf's signature")
    if kind == "decision":
        key_id, document = keys.open(content, jws, DECISION)
        if number_of(document.get("decision_number"), "the decision's number") < 1:
            raise Fault("the decision's number is not one")
        return Leaf(index, content, document, key_id)
    document = read_canonical(content)
    if kind != "operation" or document.get("schema") != OPERATION or jws:
        raise Fault("the leaf is neither a decision nor an operation")
    return Leaf(index, content, document, "")


# --- what is verified ----------------------------------------------------------------------------


@dataclass
class Report:
    """What was looked at, and what did not hold."""

    subject: str
    passed: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, detail: str) -> None:
        """Note a check that held."""
        self.passed.append(f"{name}: {detail}")

    def show(self, *, as_json: bool) -> int:
        """Print it; return the exit status."""
        holds = not self.faults
        if as_json:
            told = {"subject": self.subject, "holds": holds, **self.facts}
            told |= {"passed": self.passed, "faults": self.faults}
            sys.stdout.write(json.dumps(told, indent=2, ensure_ascii=True) + "\n")
            return HOLDS if holds else FAILED
        lines = [f"ok      {line}" for line in self.passed]
        lines += [f"FAILED  {line}" for line in self.faults]
        lines.append(f"The {self.subject} {'holds.' if holds else 'DOES NOT HOLD.'}")
        shown = "\n".join(lines)
        sys.stdout.write("".join(c if c.isprintable() or c == "\n" else "?" for c in shown) + "\n")
        return HOLDS if holds else FAILED


def verify_answer(envelope: bytes, keys: GuardKeys, pinned: str, report: Report) -> str:
    """Verify an answer's envelope; return the digest of its document."""
    around = mapping(read_json(envelope), "the envelope")
    content = canonical(mapping(around.get("answer"), "the answer"))
    attestation = mapping(around.get("attestation"), "the attestation")
    key_id, document = keys.open(content, text_of(attestation.get("jws"), "the signature"), ANSWER)
    digest = hashlib.sha256(content).hexdigest()
    report.add("signature", f"by key {key_id} over {len(content)} bytes")
    if attestation.get("key_id") != key_id or attestation.get("payload_sha256") != digest:
        raise Fault("the envelope names another key or digest than those of its signature")
    report.add("digest", digest)
    if pinned and pinned != key_id:
        raise Fault(f"the answer is signed by {key_id}, and not by the pinned key {pinned}")
    if pinned:
        report.add("fingerprint", "the pinned key")
    guard = mapping(document.get("guard"), "the guard's account")
    report.facts |= {"answer_id": document.get("id"), "status": document.get("status")}
    report.facts |= {"decision_id": guard.get("decision_id"), "key_id": key_id, "sha256": digest}
    report.add("answer", f"{document.get('id')}, {document.get('status')}, decided as "
               f"{guard.get('decision_id')} at {guard.get('decided_at')}")  # fmt: skip
    return digest


def verify_proof(
    text: bytes, keys: GuardKeys, logs: dict[tuple[str, bytes], bytes], report: Report
) -> Leaf:
    """Verify that a leaf is in the tree of a signed checkpoint; return the leaf."""
    proof = mapping(read_json(text), "the proof")
    if proof.get("schema") != PROOF:
        raise Fault(f"the proof is not of schema {PROOF}")
    checkpoint = open_checkpoint(text_of(proof.get("checkpoint"), "the checkpoint"), logs)
    report.add("checkpoint", f"signed by {checkpoint.origin}, {checkpoint.size} leaves")
    if proof.get("tree_size") != checkpoint.size:
        raise Fault("the proof is for a tree of another size than the checkpoint's")
    path, entry = proof.get("path"), mapping(proof.get("leaf"), "the leaf")
    if not isinstance(path, list):
        raise Fault("the proof's path is not a list")
    siblings = [bytes_of(each, "the proof's path") for each in path]
    content = bytes_of(entry.get("content"), "the leaf's content")
    index = number_of(entry.get("index"), "the leaf's index")
    root = root_of_path(index, checkpoint.size, leaf_hash(content), siblings)
    if any(len(each) != 32 for each in siblings) or root != checkpoint.root:
        raise Fault("the leaf is not in the tree that the checkpoint is about")
    report.add("inclusion", f"leaf {index} is in the tree of {checkpoint.size}")
    leaf = read_leaf(entry, keys)
    if leaf.key_id:
        report.add("decision", f"number {leaf.number}, signed by the guard's key {leaf.key_id}")
    else:
        report.add("operation", str(leaf.document.get("kind")))
    report.facts |= {"index": index, "size": checkpoint.size, "origin": checkpoint.origin}
    return leaf


# --- a whole log ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outline:
    """What a log's lines are: first one header, then leaves, then checkpoints."""

    origin: str
    leaves: int
    notes: list[str]


def outline_of(file: BinaryIO) -> Outline:
    """Read the lines that are not leaves. The leaves come in a second reading."""
    first = mapping(read_json(file.readline()), "the log's first line")
    if first.get("schema") != LOG:
        raise Fault(f"the log is not of schema {LOG}")
    leaves, notes = 0, list[str]()
    for line in file:
        if not notes and line.startswith(b'{"leaf"'):
            leaves += 1
            continue
        entry = mapping(read_json(line), "a line of the log")
        if set(entry) == {"leaf"} and not notes:
            leaves += 1
        elif set(entry) == {"checkpoint"}:
            notes.append(text_of(entry["checkpoint"], "a checkpoint"))
        else:
            raise Fault(f"line {leaves + len(notes) + 2} is neither leaf nor checkpoint in order")
    return Outline(text_of(first.get("origin"), "the log's origin"), leaves, notes)


Checked = tuple[int, int, bytes, str]
"""A leaf's index, its decision number or 0, its hash, and what is wrong with it."""


def check_lines(lines: list[bytes], keys: GuardKeys) -> list[Checked]:
    """Check some leaves by themselves."""
    return [_check_line(line, keys) for line in lines]


def _check_line(line: bytes, keys: GuardKeys) -> Checked:
    try:
        leaf = read_leaf(mapping(read_json(line), "the line").get("leaf"), keys)
    except Fault as fault:
        return -1, 0, b"", str(fault)
    return leaf.index, leaf.number, leaf_hash(leaf.content), ""


def checked_lines(file: BinaryIO, outline: Outline, keys: GuardKeys) -> Iterator[Checked]:
    """Check every leaf, in order; a large log on every processor."""
    file.seek(0)
    file.readline()
    chunks = _chunks(file, outline.leaves)
    if os.fstat(file.fileno()).st_size < _WORTH_A_POOL:
        for chunk in chunks:
            yield from check_lines(chunk, keys)
        return
    with concurrent.futures.ProcessPoolExecutor() as pool:
        working: collections.deque[Any] = collections.deque()
        for chunk in chunks:
            working.append(pool.submit(check_lines, chunk, keys))
            if len(working) > 4 * (os.cpu_count() or 1):
                yield from working.popleft().result()
        while working:
            yield from working.popleft().result()


def _chunks(lines: Iterable[bytes], leaves: int) -> Iterator[list[bytes]]:
    chunk: list[bytes] = []
    for number, line in enumerate(lines):
        if number == leaves:
            break
        chunk.append(line)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class BadLeaf(Fault):
    """A fault of which the place is known: the first bad index, or the first that may be bad."""

    def __init__(self, index: int, why: str) -> None:
        super().__init__(f"first bad index {index}: {why}")
        self.index = index


def checkpoints_of(
    outline: Outline, own: list[Checkpoint], older: list[Checkpoint]
) -> dict[int, list[Checkpoint]]:
    """Arrange checkpoints by size; they are of this log, and its own in order of size."""
    sizes = [checkpoint.size for checkpoint in own]
    if sizes != sorted(sizes):
        raise Fault("the checkpoints are not in order of size")
    by_size: dict[int, list[Checkpoint]] = {}
    for checkpoint in own + older:
        if checkpoint.origin != outline.origin:
            raise Fault(f"a checkpoint is of another log: {checkpoint.origin}")
        by_size.setdefault(checkpoint.size, []).append(checkpoint)
    return by_size


class Walk:
    """Goes through the leaves in order and holds each to its place and to the checkpoints."""

    def __init__(self, by_size: dict[int, list[Checkpoint]]) -> None:
        self.tree = Tree()
        self.decisions = 0
        self.agreed = 0  # the size at which the tree was last what a checkpoint says
        self._behind = 0  # the index behind the last decision
        self._by_size = by_size
        self._compare()

    def take(self, leaf: Checked) -> None:
        """Take the next leaf."""
        index, number, hashed, fault = leaf
        if fault:
            raise BadLeaf(self.tree.size, fault)
        if index != self.tree.size:
            raise BadLeaf(self.tree.size, f"here is the leaf with index {index}")
        if number and number != self.decisions + 1:
            # An operation that stands before it, unsigned, may have taken a decision's place.
            why = f"at index {index}, decision {number} follows on decision {self.decisions}"
            raise BadLeaf(max(self.agreed, self._behind), why)
        self.tree.append(hashed)
        if number:
            self.decisions, self._behind = number, self.tree.size
        self._compare()

    def end(self, covered: int) -> None:
        """Hold the end to the checkpoints; `covered` is the size of the log's own last one."""
        size, largest = self.tree.size, max(self._by_size, default=0)
        if largest > size:
            raise BadLeaf(size, f"leaves are missing: a checkpoint has {largest} of them")
        if covered < size:
            raise BadLeaf(covered, f"no checkpoint covers the leaves from {covered} on")

    def _compare(self) -> None:
        size = self.tree.size
        if size not in self._by_size:
            return
        if any(checkpoint.root != self.tree.root() for checkpoint in self._by_size[size]):
            later = f" or a later one up to {size - 1}" if size - self.agreed > 1 else ""
            why = f"this leaf{later} is not the one that the checkpoint of {size} leaves is about"
            raise BadLeaf(self.agreed, why)
        self.agreed = size


def verify_log(
    file: BinaryIO, keys: GuardKeys, logs: dict[tuple[str, bytes], bytes], older: str,
    report: Report,
) -> None:  # fmt: skip
    """Compute the whole tree and hold everything to it."""
    outline = outline_of(file)
    opened = [open_checkpoint(note, logs) for note in outline.notes]
    if not opened:
        raise BadLeaf(0, "the log has no checkpoint, so nothing vouches for its leaves")
    walk = Walk(checkpoints_of(outline, opened, [open_checkpoint(older, logs)] if older else []))
    for leaf in checked_lines(file, outline, keys):
        walk.take(leaf)
    walk.end(opened[-1].size)
    tree, decisions = walk.tree, walk.decisions
    # Every root was computed from one list of leaves, so the checkpoints agree pairwise too.
    report.add("leaves", f"{tree.size}, of them {decisions} decisions without a gap, each signed")
    report.add("checkpoints", f"{len(opened)} of {outline.origin}, all consistent")
    if older:
        report.add("older checkpoint", "the log still begins with what it signed")
    report.facts |= {"origin": outline.origin, "size": tree.size, "decisions": decisions}
    report.facts |= {"checkpoints": len(opened), "root": tree.root().hex()}


# --- the command ---------------------------------------------------------------------------------


def arguments_of(words: list[str]) -> argparse.Namespace:
    """Read the command line; argparse leaves with status 2 when it is wrong."""
    parser = argparse.ArgumentParser(
        prog="caveat_verify.py", description="Verify what Caveat published, without Caveat."
    )
    kinds = parser.add_subparsers(dest="kind", required=True)
    for kind, subject in (("answer", "ENVELOPE.json"), ("proof", "PROOF.json"),
                          ("log", "EXPORT.jsonl")):  # fmt: skip
        sub = kinds.add_parser(kind)
        sub.add_argument("subject", type=Path, metavar=subject)
        sub.add_argument("--jwks", type=Path, required=True, help="the guard's public keys")
        sub.add_argument("--json", action="store_true", help="print JSON for programs")
        if kind != "answer":
            sub.add_argument("--keys", type=Path, required=True, help="the log's verifier keys")
        if kind != "log":
            sub.add_argument("--fingerprint", default="", help="the only key that may have signed")
        if kind == "proof":
            sub.add_argument("--answer", type=Path, help="the answer that the decision is about")
        if kind == "log":
            sub.add_argument("--checkpoint", type=Path, help="a checkpoint from an earlier day")
    return parser.parse_args(words)


def look(given: argparse.Namespace, report: Report) -> None:
    """Verify what the command line names. Raises Fault, or OSError for a file."""
    keys = guard_keys(given.jwks.read_bytes())
    if given.kind == "answer":
        verify_answer(given.subject.read_bytes(), keys, given.fingerprint, report)
        return
    logs = log_keys(given.keys.read_bytes())
    if given.kind == "log":
        older = given.checkpoint.read_bytes().decode("utf-8", "replace") if given.checkpoint else ""
        with given.subject.open("rb") as file:
            verify_log(file, keys, logs, older, report)
        return
    leaf = verify_proof(given.subject.read_bytes(), keys, logs, report)
    if given.fingerprint and leaf.key_id != given.fingerprint:
        raise Fault(f"the leaf is signed by {leaf.key_id or 'nobody'}, and not by the pinned key")
    if given.answer:
        digest = verify_answer(given.answer.read_bytes(), keys, given.fingerprint, report)
        if leaf.document.get("document_sha256") != digest or not leaf.key_id:
            raise Fault("the leaf is the decision about another document than this answer")
        report.add("answer and leaf", "the decision is about this very document")


def main(words: list[str]) -> int:
    """Verify, print, and return the exit status."""
    given = arguments_of(words)
    report = Report(given.kind)
    try:
        look(given, report)
    except BadLeaf as fault:
        report.faults.append(str(fault))
        report.facts["first_bad_index"] = fault.index
    except Fault as fault:
        report.faults.append(str(fault))
    except OSError as error:
        sys.stderr.write(f"caveat_verify: {error}\n")
        return USAGE
    return report.show(as_json=given.json)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
