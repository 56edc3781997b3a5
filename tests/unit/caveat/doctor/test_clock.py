import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from caveat.cli.doctor import clock


@pytest.fixture
def server_with() -> Iterator[Callable[[timedelta], str]]:
    """Serve from a machine whose clock is off by so much."""
    servers: list[ThreadingHTTPServer] = []

    def begin(off: timedelta) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response_only(200)
                at = datetime.now(UTC) + off
                self.send_header("Date", format_datetime(at, usegmt=True))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        return f"http://127.0.0.1:{server.server_port}/livez"

    yield begin
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("off", "found"),
    [
        (timedelta(), "1 services agree"),
        (timedelta(hours=1), "the gateway is 3600 s ahead"),
        (timedelta(hours=-1), "the gateway is 3600 s behind"),
    ],
)
def test_compares_with_the_time_that_a_server_tells(
    server_with: Callable[[timedelta], str], off: timedelta, found: str
):
    skew = clock.skew_of(server_with(off))

    assert skew is not None
    # What a server tells is a whole second, and the machine may be slow.
    looked = clock.compared({"the gateway": round(skew / 60) * 60.0})
    assert looked.ok is (off == timedelta())
    assert looked.found.startswith(found)


def test_who_is_away_or_tells_no_time_is_no_fault_of_a_clock():
    assert clock.skew_of("http://127.0.0.1:1/livez") is None


def test_a_few_seconds_are_allowed():
    assert clock.compared({"guard": 4.0, "router": -4.0}).ok
    assert not clock.compared({"guard": 4.0, "router": -6.0}).ok
