"""The bytes that are signed: RFC 8785, integers and strings only, read back strictly."""

import hashlib
import json
import re
from typing import Any

import rfc8785

_SAFE = 2**53 - 1  # RFC 8785 has no integers beyond: other readers would round them
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z", re.ASCII)


def canonical(document: Any) -> bytes:
    """Serialise to RFC 8785 bytes. Raises ValueError for floating point and other non-JSON."""
    plain = _write_plain(document)
    if plain is not None:
        return plain
    _refuse_floats(document)
    return rfc8785.dumps(document)


def _write_plain(document: Any) -> bytes | None:
    """Write the common case ten times as fast: what `json` writes as RFC 8785 does.

    It escapes alike, and sorts by code point, which is the standard's order below the surrogates.
    What does not come back as it was, a float or a number as a key, has to take the slower way.
    """
    try:
        text = _SORTED.encode(document)
        if _EXACT.decode(text) != document or (not text.isascii() and _HIGH.search(text)):
            return None
    except (TypeError, ValueError, RecursionError):
        return None
    return text.encode("utf-8")


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError("signed documents hold integers and strings only")
    children = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list | tuple):
        for child in children:
            _refuse_floats(child)


def sha256_hex(content: bytes) -> str:
    """Hash bytes for display and comparison."""
    return hashlib.sha256(content).hexdigest()


def read_strictly(text: bytes | str) -> Any:
    """Parse JSON that every reader understands alike. Raises ValueError.

    Refused are repeated members, of which readers keep different ones, and numbers that are no
    integers or that some readers round.
    """
    try:
        return json.loads(
            text.decode("utf-8") if isinstance(text, bytes) else text,
            object_pairs_hook=_members,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_integer,
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def read_canonical(content: bytes) -> dict[str, Any]:
    """Parse a document that is its own RFC 8785 form. Raises ValueError."""
    plain = _read_plain(content)
    document = read_strictly(content) if plain is None else plain
    if not isinstance(document, dict):
        raise ValueError("not a JSON object")
    if plain is not None:
        return document
    # Members are in the order of RFC 8785 already, and its strings are those of `json`.
    again = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    if again != content:
        raise ValueError("not in canonical form (RFC 8785)")
    return document


def _read_plain(content: bytes) -> Any:
    """Read the common case four times as fast: ASCII alone, which is its own canonical form.

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


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(sorted(pairs, key=_utf_16))
    if len(members) != len(pairs):
        raise ValueError("a member is repeated")
    return members


def _utf_16(pair: tuple[str, Any]) -> bytes:
    return pair[0].encode("utf-16-be", "surrogatepass")


def _refuse_number(text: str) -> Any:
    raise ValueError(f"{text[:20]} is not an integer")


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > _SAFE:
        raise ValueError("an integer is too large to be exact everywhere")
    return int(text)


# One inside a string only costs the slower way.
_LONG_NUMBER = re.compile(rb"[:,\[]-?[0-9]{16}")
_HIGH = re.compile(r"[\ud800-\U0010ffff]")
_EXACT = json.JSONDecoder(
    parse_float=_refuse_number, parse_constant=_refuse_number, parse_int=_integer
)
_PLAIN = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number)
_SORTED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def moment_key(text: object) -> str:
    """Make an RFC 3339 moment in UTC comparable as a string; nothing of what is not one.

    A comparison of strings means the same in every verifier, whatever its clock library rounds.
    """
    found = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    return f"{found[1]}.{found[2] or '':0<9}" if found else ""
