"""Stand-ins for what the command line needs of the world."""

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from caveat.attestation import canonical, load_jwks, load_signer, sha256_hex
from tests.builders import a_question_id

QUESTION_ID = a_question_id()
ANSWER_ID = "ans_0123456789abcdefghijklmnop"


@dataclass
class FakeGateway:
    """Serves one signed answer over real HTTP, after the statuses that a test wants to see."""

    keys: Path
    document: dict[str, Any]
    statuses: list[str] = field(default_factory=lambda: ["done"])
    tampered: bool = False
    problem: tuple[int, dict[str, Any]] | None = None
    asked: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    streams: list[str] | None = None  # what each connection is sent before it breaks
    resumed: list[str | None] = field(default_factory=list)

    def reply(self, path: str, accept: str) -> tuple[int, str, str]:
        if self.problem:
            status, body = self.problem
            return status, "application/problem+json", json.dumps(body)
        if path == "/.well-known/jwks.json":
            return 200, "application/json", json.dumps(load_jwks(self.keys))
        if path.startswith("/v1/questions/"):
            return 200, "application/json", json.dumps(self._standing())
        if path != f"/v1/answers/{ANSWER_ID}":
            return 404, "application/problem+json", json.dumps({"detail": "no such answer"})
        if accept == "text/plain":
            return 200, "text/plain", f"{self.document['title']}\n\x1b[2Jthe words of the page\n"
        return 200, "application/json", json.dumps(self._envelope())

    def stream(self, after: str | None) -> tuple[int, str, str]:
        """Send the next stream, or say as an older gateway that there is no such road."""
        self.resumed.append(after)
        if self.streams is None:
            return 404, "application/problem+json", json.dumps({"title": "not found"})
        return 200, "text/event-stream", self.streams.pop(0) if self.streams else ""

    def ending(self, name: str = "answer.completed", seq: int = 6) -> str:
        """Write the last event of a stream, which holds the envelope."""
        told = {"seq": seq, "question_id": QUESTION_ID, **self._envelope()}
        return f"id: {seq}\nevent: {name}\ndata: {json.dumps(told)}\n\n"

    def _standing(self) -> dict[str, Any]:
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        answer = f"/v1/answers/{ANSWER_ID}" if status == "done" else None
        return {"id": QUESTION_ID, "status": status, "links": {"answer": answer}}

    def _envelope(self) -> dict[str, Any]:
        signer, content = load_signer(self.keys), canonical(self.document)
        answer = self.document | ({"title": "Another"} if self.tampered else {})
        attestation = {
            "jws": signer.sign(content),
            "key_id": signer.key_id,
            "payload_sha256": sha256_hex(content),
        }
        return {"answer": answer, "attestation": attestation, "lifecycle": {}, "links": {}}


def handler_of(fake: FakeGateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith("/events"):
                self._send(*fake.stream(self.headers.get("Last-Event-ID")))
                return
            self._send(*fake.reply(self.path, self.headers.get("Accept", "")))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.asked.append((body, self.headers["Idempotency-Key"]))
            if fake.problem:
                self._send(*fake.reply(self.path, ""))
                return
            accepted = {"id": QUESTION_ID, "status": "accepted", "notice": "Call 911.", "links": {}}
            self._send(202, "application/json", json.dumps(accepted))

        def _send(self, status: int, kind: str, text: str) -> None:
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the test's output to what the command prints."""

    return Handler
