"""What every call has: methods, other origins, queries, headers, and two tabs at once."""

import asyncio

import pytest

from caveat.chassis.settings import load
from caveat.errors import StartupError
from services.gateway import problems
from services.gateway.http.calls import CALLS
from services.gateway.settings import GatewaySettings
from tests.unit.gateway.builders import QUESTION, Gateway, assert_problem
from tests.unit.gateway.fakes import ANSWER_ID

PORTAL = "https://portal.example"


# --- methods ---


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.method} {call.path}")
async def test_every_path_tells_its_methods_and_refuses_others(gateway: Gateway, call) -> None:
    path = call.path.replace("{", "").replace("}", "")
    told = await gateway.client.options(path)
    wrong = await gateway.client.request("PATCH", path)

    methods = "GET, HEAD, OPTIONS" if call.method == "GET" else "OPTIONS, POST"
    assert (told.status_code, told.content) == (204, b"")
    assert told.headers["Allow"] == wrong.headers["Allow"] == methods
    assert_problem(wrong, 405, "method-not-allowed")


async def test_head_is_get_without_the_body(gateway: Gateway) -> None:
    await gateway.answer()
    for path in (f"/v1/answers/{ANSWER_ID}", "/version", "/docs", "/nowhere"):
        get, head = await gateway.read(path), await gateway.client.head(path)

        assert head.content == b""
        assert (head.status_code, head.headers["Content-Length"]) == (
            get.status_code, str(len(get.content)),
        )  # fmt: skip
        assert head.headers.get("ETag") == get.headers.get("ETag")


async def test_passes_over_parameters_that_it_does_not_know(gateway: Gateway) -> None:
    await gateway.answer()

    for path in (f"/v1/answers/{ANSWER_ID}", "/version", "/.well-known/jwks.json"):
        assert (await gateway.read(f"{path}?utm_source=x&utm_source=y")).status_code == 200


# --- other origins ---


async def test_a_page_of_a_named_origin_may_read_what_it_needs() -> None:
    gateway = Gateway(origins=(PORTAL,))
    asked = {
        "Origin": PORTAL,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type, idempotency-key",
    }
    async with gateway.client:
        preflight = await gateway.client.options("/v1/questions", headers=asked)
        posted = await gateway.ask(headers={"Origin": PORTAL})
        refused = await gateway.read("/nowhere", Origin=PORTAL)

    assert preflight.status_code == 204
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Idempotency-Key" in preflight.headers["Access-Control-Allow-Headers"]
    for response in (preflight, posted, refused):
        assert response.headers["Access-Control-Allow-Origin"] == PORTAL
        assert "Origin" in response.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in response.headers
        assert response.headers["Content-Security-Policy"]
    readable = posted.headers["Access-Control-Expose-Headers"]
    for name in ("Location", "Retry-After", "ETag", "Idempotency-Replayed"):
        assert name in readable


@pytest.mark.parametrize(
    "origin", [f"{PORTAL}:444", "http://portal.example", f"{PORTAL}.evil.example", "null", "*", ""]
)
async def test_no_other_origin_may_read_anything(origin: str) -> None:
    gateway = Gateway(origins=(PORTAL,))
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    async with gateway.client:
        responses = [
            await gateway.client.options("/v1/questions", headers=asked),
            await gateway.read("/version", Origin=origin),
        ]

    for response in responses:
        assert "Access-Control-Allow-Origin" not in response.headers
        assert response.headers["Vary"] == "Origin"


async def test_without_named_origins_nothing_is_said_of_any(gateway: Gateway) -> None:
    response = await gateway.read("/version", Origin=PORTAL)

    assert "Access-Control-Allow-Origin" not in response.headers
    assert "Vary" not in response.headers


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ORIGINS", "*"), ("ORIGINS", "portal.example"), ("ORIGINS", f"{PORTAL}/"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"), ("TRUSTED_PROXIES", "proxy"), ("RATE_POSTS", "-1"),
        ("SSE_CLIENTS", "0"),
    ],
)  # fmt: skip
def test_names_a_setting_that_cannot_be(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    ports = {"HTTP_PORT": "21001", "GRPC_PORT": "21002", "PROBE_PORT": "21003"}
    peers = dict.fromkeys(("RENDERER", "RETRIEVER", "AUDITOR"), "127.0.0.1:21004")
    for variable, told in {**ports, **peers, name: value}.items():
        monkeypatch.setenv(f"CAVEAT_GATEWAY_{variable}", told)

    with pytest.raises(StartupError, match=f"CAVEAT_GATEWAY_{name}"):
        load(GatewaySettings)


# --- what a client may send ---


async def test_reads_no_body_that_says_it_is_too_large(gateway: Gateway) -> None:
    async def never() -> object:
        raise AssertionError("the body was read")
        yield b""

    headers = {"Content-Length": "5000000", "Content-Type": "application/json"}
    response = await gateway.client.post("/v1/questions", content=never(), headers=headers)

    assert_problem(response, 413, "question-too-long")


async def test_takes_only_json(gateway: Gateway) -> None:
    headers = {"Content-Type": "text/plain"}
    response = await gateway.client.post("/v1/questions", content=b"{}", headers=headers)

    assert assert_problem(response, 415, "unsupported-media-type")["available"] == [
        "application/json"
    ]


async def test_two_tabs_with_one_key_get_one_question(gateway: Gateway) -> None:
    gateway.producer.held = asyncio.Event()
    first = asyncio.create_task(gateway.ask(key="tab"))
    await gateway.producer.reached.wait()
    second = await gateway.ask(key="tab")
    gateway.producer.held.set()
    accepted = await first
    third = await gateway.ask(key="tab")

    assert_problem(second, 409, "idempotency-conflict")
    assert second.headers["Retry-After"] == "1"
    assert third.json()["id"] == accepted.json()["id"]
    assert third.headers["Idempotency-Replayed"] == "true"
    assert len(gateway.producer.sent) == 1


async def test_says_when_to_ask_again_by_how_long_questions_take(gateway: Gateway) -> None:
    gateway.pace.note(12.0)

    accepted = await gateway.ask()
    followed = await gateway.read(accepted.headers["Location"])

    assert accepted.headers["Retry-After"] == "12"
    assert int(followed.headers["Retry-After"]) < 12


async def test_puts_nothing_of_a_request_into_the_headers_of_the_reply(gateway: Gateway) -> None:
    injected = "x%0d%0aSet-Cookie:%20a=b"
    for path in (f"/v1/answers/{injected}", f"/{injected}", f"/version?x={injected}"):
        response = await gateway.read(path, Origin="https://evil.example", Prefer=injected)

        assert "Set-Cookie" not in response.headers
        assert "evil" not in str(response.headers)
    many = {f"X-{n}": "v" for n in range(100)}
    assert (await gateway.client.post("/v1/questions", json=QUESTION, headers=many)).is_success


# --- problems, explained ---


@pytest.mark.parametrize("slug", problems.PROBLEMS)
async def test_explains_every_kind_of_problem(gateway: Gateway, slug: str) -> None:
    told = (await gateway.read(f"/problems/{slug}")).json()
    text = await gateway.read(f"/problems/{slug}", Accept="text/plain")

    assert told["type"] == f"/problems/{slug}"
    assert len(told["meaning"]) > 40
    assert told["meaning"] in text.text
    assert text.headers["Content-Type"].startswith("text/plain")


async def test_explains_nothing_else_and_in_no_other_way(gateway: Gateway) -> None:
    assert_problem(await gateway.read("/problems/none"), 404, "not-found")
    refused = await gateway.read("/problems/not-found", Accept="image/png")
    assert assert_problem(refused, 406, "not-acceptable")["available"] == [
        "application/json", "text/plain",
    ]  # fmt: skip
