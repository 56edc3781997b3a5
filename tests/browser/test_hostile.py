"""Nothing that a question, a passage, a title or the policy says is ever run by a browser.

Escaping alone must hold: the browser is told to leave the page's content security policy aside,
and a page that does run something shows that it would be seen, and what the policy is good for.
"""

import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn
from playwright.sync_api import Page

from caveat import attestation
from caveat.attestation import sha256_hex
from services.gateway.records import SignedAnswer
from services.renderer.attested import AttestedRenderer
from services.renderer.presentation import Presentation
from tests.browser.conftest import DESKTOP, Visiting, free_port
from tests.browser.hostile import PAYLOADS
from tests.builders import a_document, a_refusal
from tests.unit.gateway.builders import Gateway
from tests.unit.gateway.fakes import SIGNER, VERIFIER, a_position

PLACES = ("question", "passage", "title", "policy")


def poisoned(number: int, place: str, text: str) -> dict[str, Any]:
    """Write a text into every part of an answer that comes from one place."""
    document = a_refusal() if place == "policy" and number % 2 else a_document()
    document |= {
        "id": f"ans_{number:026d}",
        "question_id": f"01980000-0000-7000-8000-{number:012d}",
    }
    if place == "question":
        document |= {"title": text, "question": document["question"] | {"text": text}}
    elif place == "policy":
        document["disclaimers"] = {
            name: constant | {"text": text} for name, constant in document["disclaimers"].items()
        }
        document["notices"] = [{"id": "notice.x", "version": 1, "text": text}]
        for section in document["sections"]:
            section["heading"]["text"] = text
        if document["outcome"]:
            document["outcome"] |= {"headline": text, "you_can": [{"label": text, "href": text}]}
            document["care"]["contacts"] = [{"label": text, "tel": text, "region": "US"}]
    else:
        _poison_sources(document, place, text)
    return document


def _poison_sources(document: dict[str, Any], place: str, text: str) -> None:
    [citation], [source] = document["citations"].values(), document["sources"].values()
    if place == "passage":
        document["sentences"]["s1"]["text"] = text
        citation["selector"] |= {"exact": text, "prefix": text, "suffix": text}
        citation["locator"] |= {"heading": text}
        return
    source |= {"title": text, "publisher": text, "licence": text, "url": text, "type": text}
    source["rests_on"] |= {"title": text, "publisher": text, "dated": text, "type": text}
    document["topic"] |= {"label": text}
    citation["live_url"] = text


class Serving:
    """The gateway and the renderer as they are, over a store of poisoned answers."""

    def __init__(self) -> None:
        renderer = AttestedRenderer(VERIFIER, Presentation())
        self.gateway = Gateway(renderer=Here(renderer))
        for number, (place, text) in enumerate(CASES, 1):
            self._keep(poisoned(number, place, text))
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self.server = uvicorn.Server(
            uvicorn.Config(self.gateway.app, port=port, log_level="error", lifespan="off")
        )
        self.thread = threading.Thread(target=self.server.run)

    def _keep(self, document: dict[str, Any]) -> None:
        content = attestation.canonical(document)
        answer = SignedAnswer(
            question_id=document["question_id"],
            version=1,
            answer_id=document["id"],
            outcome=document["status"],
            document=content,
            jws=SIGNER.sign(content),
            key_id=SIGNER.key_id,
            sha256=sha256_hex(content),
        )
        self.gateway.store.answers[answer.question_id, 1] = answer
        assert a_position()


class Here:
    """Renderer in the same process."""

    def __init__(self, renderer: AttestedRenderer) -> None:
        self._renderer = renderer

    async def render(self, answer: SignedAnswer, media_type: str) -> bytes:
        page = self._renderer.open(answer.document, answer.jws)
        return bytes(self._renderer.render(page, media_type).content)


CASES = [(place, text) for place in PLACES for text in PAYLOADS]


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    served = Serving()
    served.thread.start()
    while not served.server.started:
        time.sleep(0.02)
    yield served
    served.server.should_exit = True
    served.thread.join(timeout=10)


def ran(page: Page) -> bool:
    page.wait_for_timeout(10)
    return bool(page.evaluate("window.ran === 1"))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("place", PLACES)
def test_no_text_runs_even_without_the_content_security_policy(
    visiting: Visiting, serving: Serving, place: str
) -> None:
    visitor = visiting(serving.url, **DESKTOP, bypass_csp=True)
    page = visitor.page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    for number, (at, text) in enumerate(CASES, 1):
        if at != place:
            continue
        paths = [f"/a/ans_{number:026d}/{a_document()['slug']}"]
        if place in ("passage", "title"):
            paths.append(f"/c/ans_{number:026d}/c1")
        if place == "question":
            paths.append(f"/?q={quote(text)}")
        for path in paths:
            page.goto(serving.url + path)
            assert page.locator("h1").count() == 1, f"{path} shows {text!r} as something else"
            assert not ran(page), f"{path} runs {text!r}"
            assert page.locator("main script, main img, main iframe, main style").count() == 0
    assert dialogs == []


def test_a_question_that_waits_is_text_on_its_page(visiting: Visiting, serving: Serving) -> None:
    visitor = visiting(serving.url, **DESKTOP, bypass_csp=True)
    page = visitor.open("/")
    for text in PAYLOADS[:20]:
        page.goto(serving.url + "/")
        page.fill("#text", text)
        page.click("button.go")
        page.wait_for_url("**/q/*")
        page.wait_for_function(
            "document.querySelector('h1').textContent !== 'Your question is being answered'"
        )
        assert not ran(page), text


@pytest.mark.parametrize("bypass_csp", [False, True])
def test_what_would_run_is_seen_and_the_policy_stops_it(
    visiting: Visiting, serving: Serving, bypass_csp: bool
) -> None:
    visitor = visiting(serving.url, **DESKTOP, bypass_csp=bypass_csp)
    page = visitor.page()

    def inject(route: Any) -> None:
        response = route.fetch()
        body = response.text().replace("<main", "<script>window.ran=1</script><main", 1)
        route.fulfill(response=response, body=body)

    page.route("**/about", inject)
    page.goto(serving.url + "/about")

    assert ran(page) is bypass_csp
    if not bypass_csp:
        assert "Content Security Policy" in visitor.seen.errors.pop()
