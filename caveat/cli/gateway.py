"""The gateway's HTTP interface, as a client sees it."""

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from caveat.errors import (
    CaveatError,
    InvalidQuestion,
    MalformedEvent,
    UnknownRecord,
    UpstreamUnavailable,
)

if TYPE_CHECKING:
    from caveat.cli.events import Event

_TIMEOUT = 30.0  # seconds
_SILENCE = 40.0  # seconds; more than two of the lines that only say that the server is there
_NO_STREAM = frozenset({404, 405, 406, 501})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_USAGE = frozenset({400, 413, 422})
_NAMES = {"kafka": "Kafka", "gateway-store": "the gateway's store", "renderer": "the renderer"}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A question that the gateway has taken on."""

    question_id: str
    notice: str


class Gateway:
    """Talks to one gateway. Raises UpstreamUnavailable, UnknownRecord or InvalidQuestion."""

    def __init__(self, url: str) -> None:
        self._url = url
        # A proxy is for other machines.
        self._client = httpx.Client(
            base_url=url, timeout=_TIMEOUT, trust_env=urlsplit(url).hostname not in _LOOPBACK
        )

    def __enter__(self) -> "Gateway":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, text: str, *, lang: str | None, region: str | None) -> Accepted:
        """Publish a question under a fresh idempotency key."""
        body = {"text": text, "lang": lang, "region": region, "audience": "patient"}
        told = self._json(
            self._send("POST", "/v1/questions", json=body, headers={"Idempotency-Key": _key()})
        )
        question_id = str(told.get("id") or "")
        if not question_id:
            raise MalformedEvent("the gateway accepted the question without an id")
        return Accepted(question_id, str(told.get("notice", "")))

    def question(self, question_id: str) -> dict[str, Any]:
        """Read how a question stands."""
        return self._json(self._send("GET", f"/v1/questions/{question_id}"))

    def events(self, question_id: str, *, after: str, seconds: float) -> "Iterator[Event]":
        """Follow a question from one event on, for at most so many seconds.

        Raises UnknownRecord where there is no such road, and UpstreamUnavailable when it breaks.
        """
        from caveat.cli.events import events_of

        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": after} if after else {})
        # The server says something every 15 seconds, be it only that it is still there.
        timeout = httpx.Timeout(_TIMEOUT, read=min(_SILENCE, max(seconds, 0.1)))
        path = f"/v1/questions/{question_id}/events"
        try:
            with self._client.stream("GET", path, headers=headers, timeout=timeout) as received:
                if received.status_code == httpx.codes.NO_CONTENT:
                    return  # all was told before
                if received.status_code in _NO_STREAM:
                    raise UnknownRecord("the gateway sends no events")
                if not received.is_success:
                    received.read()
                    raise _problem(received)
                if not received.headers.get("Content-Type", "").startswith("text/event-stream"):
                    raise UnknownRecord("the gateway sends something else than events")
                deadline = time.monotonic() + seconds
                lines = takewhile(lambda _: time.monotonic() < deadline, received.iter_lines())
                yield from events_of(lines)
        except httpx.HTTPError as error:
            raise UpstreamUnavailable("the gateway", f"{self._url}; see caveat status") from error

    def envelope(self, answer_id: str) -> dict[str, Any]:
        """Fetch a signed answer with its attestation."""
        return self._json(self._answer(answer_id, "application/json"))

    def text(self, answer_id: str) -> str:
        """Fetch an answer as plain text."""
        return self._answer(answer_id, "text/plain").text

    def key_set(self) -> dict[str, Any]:
        """Fetch the public keys that the gateway publishes."""
        return self._json(self._send("GET", "/.well-known/jwks.json"))

    def _answer(self, answer_id: str, accept: str) -> httpx.Response:
        return self._send("GET", f"/v1/answers/{answer_id}", headers={"Accept": accept})

    def _send(self, method: str, path: str, **rest: Any) -> httpx.Response:
        try:
            received = self._client.request(method, path, **rest)
        except httpx.HTTPError as error:
            raise UpstreamUnavailable("the gateway", f"{self._url}; see caveat status") from error
        if received.is_success:
            return received
        raise _problem(received)

    def _json(self, received: httpx.Response) -> dict[str, Any]:
        try:
            told = received.json()
        except ValueError as error:
            raise MalformedEvent("the gateway did not answer in JSON") from error
        if not isinstance(told, dict):
            raise MalformedEvent("the gateway did not answer with an object")
        return told


def answer_id_of(question: dict[str, Any]) -> str:
    """Find the answer's id among the links of a finished question."""
    link = (question.get("links") or {}).get("answer") or ""
    address = str(link.get("href", "")) if isinstance(link, dict) else str(link)
    return urlsplit(address).path.rstrip("/").rpartition("/")[2]


def pauses(timeout: float) -> Iterator[float]:
    """Look often at first: most answers take well under a second."""
    waited, pause = 0.0, 0.05
    while waited < timeout:
        yield pause
        waited += pause
        pause = min(pause * 1.3, 1.0)


def follow(gateway: Gateway, question_id: str, pauses: Iterator[float]) -> Iterator[dict[str, Any]]:
    """Read a question again and again until it is done; `pauses` says when to give up."""
    while True:
        question = gateway.question(question_id)
        yield question
        if question.get("status") == "done":
            return
        pause = next(pauses, None)
        if pause is None:
            later = f"still {question.get('status')}; later: caveat show {question_id}"
            raise UpstreamUnavailable("the answer", later)
        time.sleep(pause)


def _key() -> str:
    return str(uuid.uuid4())


def _problem(received: httpx.Response) -> CaveatError:
    """Turn an RFC 9457 problem into the error that names it."""
    try:
        told = received.json()
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    said = _said(told) or received.reason_phrase
    if received.status_code in _USAGE:
        return InvalidQuestion(said)
    if received.status_code in (404, 410):
        return UnknownRecord(said)
    # The gateway is there to say what is not.
    away = _NAMES.get(str(told.get("away", "")), "the gateway")
    return UpstreamUnavailable(away, f"{received.status_code} {said}; see caveat status")


def _said(problem: dict[str, Any]) -> str:
    """Say what a problem says, with the fields that it finds fault with."""
    faults = [f for f in problem.get("errors") or () if isinstance(f, dict)]
    if faults:
        return "; ".join(
            f"{str(f.get('pointer', '')).lstrip('#/')} {f.get('detail', '')}".strip()
            for f in faults
        )
    return str(problem.get("detail") or problem.get("title") or "")
