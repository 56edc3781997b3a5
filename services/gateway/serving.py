"""uvicorn as a part of the service: in the running loop, without signal handlers of its own."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from caveat.errors import DependencyMissing

_GRACE = 5  # seconds for requests in work when the service stops


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the chassis."""
        yield


class HttpServer:
    """Serves an application on a port of its own."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self._app = app
        self._address = (host, port)
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen. Raises DependencyMissing when the port is taken."""
        listener = self._bind()  # uvicorn itself would exit with a code of its own
        config = uvicorn.Config(
            self._app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            # Whom to believe about X-Forwarded-For is a setting of ours (clients.py).
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE,
        )
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]))
        while not (self._server.started or self._task.done()):  # noqa: ASYNC110 - a flag is all
            await asyncio.sleep(0.01)

    def _bind(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(self._address)
            listener.listen()
        except OSError as error:
            listener.close()
            host, port = self._address
            raise DependencyMissing(f"HTTP port {host}:{port} is taken") from error
        return listener

    async def stop(self) -> None:
        """Refuse new requests and give running ones a few seconds."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await self._task
