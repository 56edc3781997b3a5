"""Read a parsed answer document by name and type. Pure; each fault names the place in the document.

Text is made safe for any one line here, once: control characters and line breaks become spaces,
and the characters that reorder what surrounds them are left out.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from caveat.errors import MalformedEvent

_REORDERING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_BREAKING = frozenset({"Cc", "Zl", "Zp", "Cs"})
_URL = re.compile(r"https?://[^\s<>\"'`\\{}|^\[\]]+", re.IGNORECASE)


def plain(text: str) -> str:
    """Keep a text on its line and in its order."""
    kept = text.translate(_REORDERING)
    if kept.isprintable():
        return kept
    return "".join(" " if unicodedata.category(c) in _BREAKING else c for c in kept)


def safe_url(address: str) -> str:
    """Return a web address that may become a link, or nothing."""
    if not _URL.fullmatch(address) or plain(address) != address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""  # an address that cannot be taken apart is shown to nobody
    # A user name before the host serves only to make one host look like another.
    return address if parts.hostname and "@" not in parts.netloc else ""


@dataclass(frozen=True, slots=True)
class Node:
    """One JSON object of the document. Every reading raises MalformedEvent when it is not so."""

    fields: Mapping[str, Any]
    at: str = "document"

    def text(self, name: str) -> str:
        """Read a text."""
        return plain(self._of(str, name))

    def text_or_none(self, name: str) -> str | None:
        """Read a text that may be null or absent."""
        return None if self.fields.get(name) is None else self.text(name)

    def url(self, name: str) -> str:
        """Read a web address; what must not become a link, null included, reads as nothing."""
        return "" if self.fields.get(name) is None else safe_url(self._of(str, name))

    def texts(self, name: str) -> tuple[str, ...]:
        """Read a list of texts."""
        found = self._of(list, name)
        if not all(isinstance(text, str) for text in found):
            raise MalformedEvent(f"{self.at}.{name} holds something that is not text")
        return tuple(map(plain, found))

    def number(self, name: str) -> int:
        """Read a whole number."""
        return int(self._of(int, name))

    def flag(self, name: str) -> bool:
        """Read true or false."""
        return bool(self._of(bool, name))

    def child(self, name: str) -> "Node":
        """Read an object."""
        return Node(self._of(dict, name), f"{self.at}.{name}")

    def child_or_none(self, name: str) -> "Node | None":
        """Read an object that may be null or absent."""
        return None if self.fields.get(name) is None else self.child(name)

    def children(self, name: str) -> "tuple[Node, ...]":
        """Read a list of objects."""
        found = self._of(list, name)
        if not all(isinstance(one, dict) for one in found):
            raise MalformedEvent(f"{self.at}.{name} holds something that is not an object")
        return tuple(Node(one, f"{self.at}.{name}[{i}]") for i, one in enumerate(found))

    def entries(self, name: str) -> "dict[str, Node]":
        """Read an object whose values are objects."""
        return {key: self.child(name).child(key) for key in self._of(dict, name)}

    def rows(self, name: str) -> tuple[Any, ...]:
        """Read a list whose members are for the caller to judge."""
        return tuple(self._of(list, name))

    def _of(self, kind: type, name: str) -> Any:
        found = self.fields.get(name)
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise MalformedEvent(f"{self.at}.{name} is not {kind.__name__}")
        return found
