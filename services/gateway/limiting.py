"""Limit what one client may ask for in a minute. Counted in memory, for each gateway by itself."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

from limits import RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from caveat.chassis import metrics
from services.gateway import problems
from services.gateway.clients import Proxies
from services.gateway.core import NOTICE

WINDOW = 60  # seconds
_MOST = 20_000  # counters

_PROBES = frozenset({"/livez", "/readyz"})


@dataclass(frozen=True, slots=True)
class Rates:
    """How many requests a minute one client may make of each kind; 0 means any number.

    `events` counts connections; they are not counted among `gets` too.
    """

    posts: int = 0
    gets: int = 0
    events: int = 0


class BoundedStorage(Storage):
    """Counters in memory, the oldest of which go when there are too many.

    The library's own storage has no bound, and starts a thread for each count.
    """

    STORAGE_SCHEME = ["caveat+bounded"]  # noqa: RUF012 - the library reads it from the class

    def __init__(self, most: int = _MOST, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._most = most
        self._clock = clock
        self._counters: OrderedDict[str, tuple[int, float]] = OrderedDict()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What using it can raise: nothing."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, in a window that begins with the first count."""
        count, ends_at = self._counter(key) or (0, self._clock() + expiry)
        self._counters[key] = (count + amount, ends_at)
        if len(self._counters) > self._most:
            self._counters.popitem(last=False)
        return count + amount

    def get(self, key: str) -> int:
        """Return a count."""
        return (self._counter(key) or (0, 0.0))[0]

    def get_expiry(self, key: str) -> float:
        """Return when a window ends."""
        return (self._counter(key) or (0, self._clock()))[1]

    def check(self) -> bool:
        """Say that it works."""
        return True

    def reset(self) -> int:
        """Forget everything."""
        forgotten = len(self._counters)
        self._counters.clear()
        return forgotten

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._counters.pop(key, None)

    def _counter(self, key: str) -> tuple[int, float] | None:
        found = self._counters.get(key)
        if found is not None and found[1] <= self._clock():
            del self._counters[key]  # so that the order is that of the windows
            return None
        return found


@dataclass(frozen=True, slots=True)
class Standing:
    """What a client may still do, of which rate, and how long until it may do everything again."""

    rate: str
    most: int
    left: int
    seconds: int
    is_over: bool

    def headers(self) -> dict[str, str]:
        """Tell it as the IETF's draft on RateLimit fields (-10) says."""
        return {
            "RateLimit-Policy": f'"{self.rate}";q={self.most};w={WINDOW}',
            "RateLimit": f'"{self.rate}";r={self.left};t={self.seconds}',
        }


class Limits:
    """Counts the requests of each client."""

    def __init__(
        self,
        rates: Rates = Rates(),
        proxies: Proxies = Proxies(),  # noqa: B008 - frozen
        storage: Storage | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._proxies = proxies
        self._clock = clock
        self._limiter = FixedWindowRateLimiter(storage or BoundedStorage(clock=clock))
        self._items = {
            rate: RateLimitItemPerMinute(most, namespace=rate)
            for rate, most in (
                ("posts", rates.posts),
                ("gets", rates.gets),
                ("events", rates.events),
            )
            if most
        }
        metrics.from_zero(metrics.rate_limited, ("posts", "gets", "events"))

    def count(self, scope: Scope) -> Standing | None:
        """Count a request; None when nothing limits it."""
        rate = rate_of(scope["method"], scope["path"])
        if rate not in self._items:
            return None
        item, client = self._items[rate], self._client(scope)
        allowed = self._limiter.hit(item, client)
        ends_at, left = self._limiter.get_window_stats(item, client)
        seconds = max(ceil(ends_at - self._clock()), 1)
        return Standing(rate, item.amount, max(left, 0), seconds, not allowed)

    def _client(self, scope: Scope) -> str:
        peer = scope["client"][0] if scope.get("client") else ""
        return self._proxies.client_of(peer, Headers(scope=scope).getlist("X-Forwarded-For"))


def rate_of(method: str, path: str) -> str:
    """Name the rate that a request counts under; none limits probes and preflights."""
    if path in _PROBES or method == "OPTIONS":
        return ""
    if method not in ("GET", "HEAD"):
        return "posts"
    is_events = path.startswith("/v1/questions/") and path.endswith("/events")
    return "events" if is_events else "gets"


class Limiter:
    """Wraps the application: whoever asks too much is told so, and everybody what is left."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        standing = self._limits.count(scope) if scope["type"] == "http" else None
        if standing is None:
            await self._app(scope, receive, send)
            return
        told = standing.headers()

        async def send_with_standing(message: Message) -> None:
            if message["type"] == "http.response.start":
                outgoing: Any = MutableHeaders(scope=message)
                for name, value in told.items():
                    outgoing[name] = value
            await send(message)

        if not standing.is_over:
            await self._app(scope, receive, send_with_standing)
            return
        metrics.rate_limited.labels(standing.rate).inc()
        refusal = problems.refuse(
            Request(scope),
            problems.RATE_LIMITED,
            f"at most {standing.most} a minute; again in {standing.seconds} seconds",
            headers={"Retry-After": str(standing.seconds)},
            notice=NOTICE,
        )
        await refusal(scope, receive, send_with_standing)
