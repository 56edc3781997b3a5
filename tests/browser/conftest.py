"""A real browser on the gateway's own pages, which play one sample of every state."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.absent import absent

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
NARROW = {"viewport": {"width": 320, "height": 640}}
SIZES = {"desktop": DESKTOP, "phone": PHONE}

_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def chromium() -> str:
    found = os.environ.get("CAVEAT_CHROMIUM") or shutil.which("chromium")
    return found or absent("chromium", "apt-get install chromium, or name it in CAVEAT_CHROMIUM")


@dataclass
class Seen:
    """What a page did that it must not do."""

    errors: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)  # what the errors may be about
    elsewhere: list[str] = field(default_factory=list)

    def unforgiven(self) -> list[str]:
        """List the errors that nobody wanted."""
        return [e for e in self.errors if not any(word in e for word in self.forgiven)]


@dataclass
class Visitor:
    """A person at a browser of some size, and what their pages did wrong."""

    context: BrowserContext
    url: str
    seen: Seen = field(default_factory=Seen)

    def page(self) -> Page:
        page = self.context.new_page()
        page.on("console", lambda m: m.type == "error" and self.seen.errors.append(m.text))
        page.on("pageerror", lambda error: self.seen.errors.append(str(error)))
        page.on("request", lambda request: self._look(request.url))
        return page

    def _look(self, url: str) -> None:
        if urlsplit(url).netloc != urlsplit(self.url).netloc:
            self.seen.elsewhere.append(url)

    def open(self, path: str) -> Page:
        page = self.page()
        page.goto(self.url + path)
        return page

    def answer(self, state: str, region: str = "US") -> Page:
        """Open the answer of a state."""
        return self.open(path_of(self.url, state, region))


def path_of(url: str, state: str, region: str = "US") -> str:
    """Ask for a state and return the path of its page."""
    posted = httpx.post(
        f"{url}/v1/questions",
        json={"text": f"state:{state}", "region": region},
        headers={"Prefer": "wait=20"},
        timeout=30,
        trust_env=False,
    )
    assert posted.status_code == 200, posted.text
    answer = posted.json()["answer"]
    return f"/a/{answer['id']}/{answer['slug']}"


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Serve the samples; every answer takes a third of a second."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    command = [sys.executable, "-c", "from caveat.cli.main import main; main()"]
    serving = subprocess.Popen(
        [*command, "samples", "serve", "--port", str(port), "--delay", "0.3"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(f"{url}/livez", serving)
        yield url
    finally:
        serving.terminate()
        serving.wait(timeout=20)


def _await(url: str, serving: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        assert serving.poll() is None, "the samples are not served: try `caveat samples serve`"
        try:
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("the samples are not served within a minute")


# Of this folder only: it holds an event loop, in which no asynchronous test could run.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = playwright.chromium.launch(executable_path=chromium(), args=list(_QUIET))
    yield launched
    launched.close()


Visiting = Callable[..., Visitor]


@pytest.fixture
def visiting(browser: Browser, site: str) -> Iterator[Visiting]:
    """Open browsers of any size; in the end none has complained or looked elsewhere."""
    visitors: list[Visitor] = []

    def visit(url: str = site, **options: object) -> Visitor:
        context = browser.new_context(**(DESKTOP | options))
        context.set_default_timeout(20_000)
        visitors.append(Visitor(context, url))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.context.close()
    assert [error for visitor in visitors for error in visitor.seen.unforgiven()] == []
    assert [url for visitor in visitors for url in visitor.seen.elsewhere] == []


@pytest.fixture
def visitor(visiting: Visiting) -> Visitor:
    return visiting()


@pytest.fixture
def pictured(tmp_path: Path) -> Callable[[Page, str], None]:
    """Keep a picture of a page, in CAVEAT_SCREENSHOTS when it is set."""
    folder = Path(os.environ.get("CAVEAT_SCREENSHOTS", tmp_path))

    def keep(page: Page, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)

    return keep
