"""Read a parsed answer document by name and type. Pure; each fault names the place in the document.

Every text is made safe for any one line as it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caveat.errors import MalformedEvent
from caveat.readable import plain, safe_url


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
