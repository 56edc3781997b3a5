import asyncio

import httpx
import pytest

from caveat.chassis import metrics
from services.gateway.clients import proxies_of
from services.gateway.limiting import BoundedStorage, Limits, Rates, rate_of
from tests.unit.gateway.builders import Gateway, assert_problem

CLIENT = "203.0.113.7"


class Now:
    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


def a_gateway(now: Now | None = None, *, proxies: tuple[str, ...] = (), **rates: int) -> Gateway:
    limits = Limits(Rates(**rates), proxies_of(proxies), clock=now or Now())
    return Gateway(limits=limits)


async def test_tells_what_is_left_and_refuses_more_until_the_window_ends() -> None:
    now = Now()
    gateway = a_gateway(now, posts=2)
    before = metrics.rate_limited.labels("posts")._value.get()
    async with gateway.client:
        first, second, third = [await gateway.ask() for _ in range(3)]
        now.at += 60
        fourth = await gateway.ask()

    assert [r.status_code for r in (first, second, fourth)] == [202] * 3
    assert first.headers["RateLimit-Policy"] == '"posts";q=2;w=60'
    assert first.headers["RateLimit"] == '"posts";r=1;t=60'
    assert second.headers["RateLimit"] == '"posts";r=0;t=60'
    problem = assert_problem(third, 429, "rate-limited")
    assert "notice" in problem
    assert third.headers["Retry-After"] == "60"
    assert third.headers["Content-Security-Policy"]
    assert len(gateway.producer.sent) == 3  # what is refused is not sent
    assert metrics.rate_limited.labels("posts")._value.get() == before + 1


async def test_counts_kinds_apart_and_probes_and_preflights_not_at_all() -> None:
    gateway = a_gateway(posts=1, gets=1, events=1)
    async with gateway.client:
        paths = ["/version", "/v1/questions/x/events", "/livez", "/livez", "/readyz"]
        seen = [(await gateway.read(path)).status_code for path in paths]
        options = [(await gateway.client.options("/version")).status_code for _ in range(3)]
        over = [(await gateway.read(path)).status_code for path in paths[:2]]
        posted = (await gateway.ask()).status_code

    assert seen == [200, 404, 200, 200, 200]
    assert options == [204] * 3
    assert over == [429, 429]
    assert posted == 202


async def test_zero_means_no_limit_and_says_nothing() -> None:
    gateway = a_gateway()
    async with gateway.client:
        responses = [await gateway.read("/version") for _ in range(50)]

    assert {r.status_code for r in responses} == {200}
    assert "RateLimit" not in responses[0].headers


async def test_limits_each_client_by_itself_behind_a_trusted_proxy_only() -> None:
    # httpx's transport comes from 127.0.0.1.
    trusting, alone = a_gateway(gets=1, proxies=("127.0.0.0/8",)), a_gateway(gets=1)
    for gateway, expected in ((trusting, [200, 200, 429]), (alone, [200, 429, 429])):
        async with gateway.client:
            statuses = [
                (await gateway.read("/version", X_Forwarded_For=hops)).status_code
                for hops in ("1.1.1.1, 192.0.2.1", "1.1.1.1, 192.0.2.2", "8.8.8.8, 192.0.2.1")
            ]
        assert statuses == expected


async def test_a_client_cannot_get_more_by_asking_at_once() -> None:
    gateway = a_gateway(posts=5)
    async with gateway.client:
        responses: list[httpx.Response] = await asyncio.gather(*(gateway.ask() for _ in range(20)))

    assert sorted(r.status_code for r in responses) == [202] * 5 + [429] * 15


@pytest.mark.parametrize(
    ("method", "path", "rate"),
    [
        ("POST", "/v1/questions", "posts"),
        ("POST", "/ask", "posts"),
        ("DELETE", "/anything", "posts"),
        ("GET", "/v1/questions/x", "gets"),
        ("HEAD", "/q/x", "gets"),
        ("GET", "/v1/questions/x/events", "events"),
        ("OPTIONS", "/ask", ""),
        ("GET", "/livez", ""),
    ],
)
def test_names_the_rate_of_every_request(method: str, path: str, rate: str) -> None:
    assert rate_of(method, path) == rate


def test_its_memory_has_a_bound_and_old_counters_go() -> None:
    now = Now()
    storage = BoundedStorage(3, now)
    for name in "abcd":
        storage.incr(name, 60)

    assert len(storage._counters) == 3
    assert [storage.get(name) for name in "abcd"] == [0, 1, 1, 1]
    assert storage.incr("d", 60) == 2
    assert storage.get_expiry("d") == 1_060
    now.at += 60
    assert storage.get("d") == 0
    assert storage.incr("d", 60) == 1


PROXIES = proxies_of(["10.0.0.0/8", "2001:db8:1::/48"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        (CLIENT, [], CLIENT),
        (CLIENT, ["1.1.1.1"], CLIENT),  # anybody can say so
        ("10.1.1.1", [], "10.1.1.1"),
        ("10.1.1.1", [CLIENT], CLIENT),
        ("10.1.1.1", [f"6.6.6.6, {CLIENT}, 10.2.2.2"], CLIENT),
        ("10.1.1.1", ["6.6.6.6", CLIENT], CLIENT),  # two lines are one list
        ("10.1.1.1", ["6.6.6.6, nonsense"], "10.1.1.1"),
        ("10.1.1.1", [""], "10.1.1.1"),
        ("2001:db8:1::1", ["2001:db8:2:3:4::5"], "2001:db8:2:3::/64"),
        ("::ffff:203.0.113.7", [], CLIENT),
        ("", ["1.1.1.1"], "unknown"),
        ("10.1.1.1", ["10.9.9.9, " * 5_000 + "10.3.3.3"], "10.9.9.9"),
    ],
)
def test_names_the_client_by_the_right_most_address_that_is_no_proxy(
    peer: str, forwarded: list[str], client: str
) -> None:
    assert PROXIES.client_of(peer, forwarded) == client
