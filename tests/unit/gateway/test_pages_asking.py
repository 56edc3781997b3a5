"""The ask page and the waiting page over HTTP, as a browser without scripts uses them."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import httpx
import pytest

from caveat.errors import DependencyMissing
from services.gateway.core import NOTICE
from services.gateway.pages import Site
from tests.unit.gateway.builders import CANARY, Gateway
from tests.unit.gateway.fakes import ANSWER_ID, QUESTION_ID

FORM = "application/x-www-form-urlencoded"
TEXT = f"Is CAR-T available for MDS? {CANARY}"


async def key_of(gateway: Gateway) -> str:
    page = await gateway.read("/")
    found = re.search(r'name="key" value="([^"]+)"', page.text)
    assert found
    return found[1]


async def post(
    gateway: Gateway, text: str = TEXT, *, key: str = "", region: str = "", **headers: str
) -> httpx.Response:
    body = urlencode({"text": text, "region": region, "key": key})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await gateway.client.post("/ask", content=body, headers={"Content-Type": FORM} | named)


async def test_shows_the_field_the_examples_and_the_emergency_line(gateway: Gateway) -> None:
    page = await gateway.read("/")

    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "private, no-cache"  # the back button keeps the key
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert '<textarea id="text" name="text" required' in page.text
    assert NOTICE in page.text
    examples = re.findall(r'href="(/\?q=[^"]+)"', page.text)
    filled = await gateway.read(unescape(examples[0]))
    assert ">Is CAR-T cell therapy available for MDS?</textarea>" in filled.text


async def test_gives_every_page_a_key_of_its_own(gateway: Gateway) -> None:
    assert await key_of(gateway) != await key_of(gateway)


async def test_accepts_a_question_and_leads_to_its_page(gateway: Gateway) -> None:
    accepted = await post(gateway, f"  {TEXT}\r\nSecond line.  ", region="US")

    assert accepted.status_code == 303
    [asked] = gateway.asked()
    assert accepted.headers["Location"] == f"/q/{asked.question_id}"
    assert (asked.text, asked.region) == (f"{TEXT}\nSecond line.", "US")
    assert CANARY not in accepted.text


async def test_a_question_is_tied_to_the_trace_that_it_was_asked_in(gateway: Gateway) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    accepted = await post(gateway, traceparent=f"00-{trace_id}-00f067aa0ba902b7-01")

    question_id = accepted.headers["Location"].removeprefix("/q/")
    assert gateway.board.heard(question_id).trace_id == trace_id


async def test_two_clicks_are_one_question_and_another_text_is_another(gateway: Gateway) -> None:
    key = await key_of(gateway)
    first, second = await post(gateway, key=key), await post(gateway, key=key)
    other = await post(gateway, f"{TEXT} Or for AML?", key=key)
    elsewhere = await post(gateway, key=key, region="GB")

    assert first.headers["Location"] == second.headers["Location"]
    assert len({r.headers["Location"] for r in (first, other, elsewhere)}) == 3
    assert len(gateway.asked()) == 3


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("", 400, "Please type a question"),
        ("ab", 400, "Please type a question"),
        ("\u200b\u200b\u200b\u200b", 400, "Please type a question"),
        (f"{CANARY} " * 400, 413, "The question is too long"),
    ],
)
async def test_says_what_is_wrong_and_keeps_what_was_typed(
    gateway: Gateway, text: str, status: int, told: str
) -> None:
    key = await key_of(gateway)

    page = await post(gateway, text, key=key)

    assert page.status_code == status
    assert told in page.text
    assert f'name="key" value="{key}"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert unescape(page.text).count(text) >= 1
    assert gateway.producer.sent == []


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b'{"text": "Is CAR-T available?"}', "application/json"),
        (b"text=Is+CAR-T+available%3F&text=twice", FORM),
        (b"text=%ff%fe%fd", FORM),
        (b"\xff\xfe", FORM),
        (b"&".join(b"f%d=1" % n for n in range(50)), FORM),
        (b"text=" + b"a" * 70_000, FORM),
        (b"text=Is+CAR-T+available%3F", "multipart/form-data"),
    ],
)
async def test_refuses_what_is_not_its_form(gateway: Gateway, body: bytes, media_type: str) -> None:
    page = await gateway.client.post("/ask", content=body, headers={"Content-Type": media_type})

    assert page.status_code == 400
    assert "The form could not be read" in page.text
    assert gateway.producer.sent == []


async def test_refuses_a_region_that_is_none(gateway: Gateway) -> None:
    page = await post(gateway, region="Atlantis")

    assert page.status_code == 400
    assert "The form could not be read" in page.text


async def test_takes_no_question_from_another_website(gateway: Gateway) -> None:
    page = await post(gateway, Sec_Fetch_Site="cross-site")

    assert page.status_code == 403
    assert gateway.producer.sent == []
    assert (await post(gateway, Sec_Fetch_Site="same-origin")).status_code == 303


@pytest.mark.parametrize("peer", ["store", "kafka"])
async def test_keeps_the_text_while_something_is_away(gateway: Gateway, peer: str) -> None:
    world = gateway.store.world if peer == "store" else gateway.producer.world
    world.away = True

    page = await post(gateway)

    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert NOTICE in page.text
    assert f">{TEXT}</textarea>" in page.text


async def test_shows_a_hostile_text_as_text(gateway: Gateway) -> None:
    hostile = '</textarea><script>alert(1)</script>"'
    page = await post(gateway, hostile, region='"><script>alert(2)</script>', key='"><b>')
    filled = await gateway.read(f"/?{urlencode({'q': hostile})}")

    for content in (page.text, filled.text):
        assert "<script>alert" not in content
        assert "<b>" not in content
        assert "&lt;/textarea&gt;&lt;script&gt;alert(1)" in content


# --- waiting -------------------------------------------------------------------------------------


async def test_shows_how_far_a_question_has_come(gateway: Gateway) -> None:
    accepted = await post(gateway)
    path = accepted.headers["Location"]
    await gateway.store.note_progress(path.removeprefix("/q/"), 2, gateway.clock())

    page = await gateway.read(path)

    states = re.findall(r'data-step="(\w+)" data-state="(\w+)"', page.text)
    assert states == [
        ("screen", "done"),
        ("retrieve", "done"),
        ("draft", "now"),
        ("check", "next"),
        ("publish", "next"),
    ]
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page.text
    assert NOTICE in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert CANARY not in page.text


async def test_says_when_it_takes_longer_than_usual(gateway: Gateway) -> None:
    path = (await post(gateway)).headers["Location"]

    assert '<p class="banner" data-slow hidden>' in (await gateway.read(path)).text
    gateway.clock.at += timedelta(seconds=61)
    assert '<p class="banner" data-slow>' in (await gateway.read(path)).text


async def test_leads_to_the_answer_when_it_is_there(gateway: Gateway) -> None:
    await gateway.answer()

    page = await gateway.read(f"/q/{QUESTION_ID}")

    assert page.status_code == 303
    assert page.headers["Location"] == f"/a/{ANSWER_ID}/is-car-t-cell-therapy-available-for-mds"


@pytest.mark.parametrize("path", [f"/q/{QUESTION_ID}", "/q/nonsense", "/q/%3Cscript%3E"])
async def test_knows_nothing_of_other_questions(gateway: Gateway, path: str) -> None:
    page = await gateway.read(path)

    assert page.status_code == 404
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "There is nothing here" in page.text
    assert page.headers["X-Request-Id"] in page.text


async def test_does_not_start_without_its_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(DependencyMissing, match="set CAVEAT_WEB"):
        Site(tmp_path_factory.mktemp("empty"))
