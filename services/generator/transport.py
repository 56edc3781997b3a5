"""The one way out of the generator: what leaves it, and how much may come back.

The client's own habits stay inside: headers that describe this machine, variables of the
environment that add headers or keys, proxies that the environment names.
"""

from collections.abc import AsyncIterator
from typing import cast

import httpx

MOST_BYTES = 256 * 1024  # of an answer's body
_HEADERS = frozenset({"host", "content-type", "content-length", "accept", "connection"})


class BoundedTransport(httpx.AsyncHTTPTransport):
    """Sends what is needed and no more, and reads a body up to its bound."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._headers = {"accept-encoding": "identity", "user-agent": "caveat"}
        if key:
            self._headers["authorization"] = f"Bearer {key}"

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request with our headers alone."""
        kept = {name: value for name, value in request.headers.items() if name in _HEADERS}
        # A request of its own: the client looks at the headers of the one that it made.
        sent = httpx.Request(
            request.method,
            request.url,
            headers=kept | self._headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        answer = await super().handle_async_request(sent)
        # Compressed against our wish it stays so: a few bytes could unpack to more than we hold.
        answer.headers.pop("content-encoding", None)
        answer.stream = _Bounded(cast(httpx.AsyncByteStream, answer.stream))
        return answer


class _Bounded(httpx.AsyncByteStream):
    """Ends at the bound. What is cut off there is no JSON any more, and so no reply."""

    def __init__(self, whole: httpx.AsyncByteStream) -> None:
        self._whole = whole

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MOST_BYTES
        async for part in self._whole:
            yield part
            left -= len(part)
            if left <= 0:
                return

    async def aclose(self) -> None:
        await self._whole.aclose()
