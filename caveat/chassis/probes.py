"""/livez, /readyz and /metrics of a service, on a port of their own."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from caveat.chassis.readiness import Readiness
from caveat.errors import DependencyMissing


class Probes:
    """A small HTTP server; live means that it answers at all."""

    def __init__(
        self, host: str, port: int, readiness: Readiness, registry: CollectorRegistry
    ) -> None:
        self._host, self._port = host, port
        self._readiness = readiness
        self._registry = registry
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen. Raises DependencyMissing when the port is taken."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/livez", self._live),
                web.get("/readyz", self._ready),
                web.get("/metrics", self._metrics),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            taken = f"probe port {self._host}:{self._port} is taken"
            raise DependencyMissing(taken) from error

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _live(self, _: web.Request) -> web.Response:
        return web.json_response({"live": True})

    async def _ready(self, _: web.Request) -> web.Response:
        obstacles = self._readiness.obstacles()
        return web.json_response(
            {"ready": not obstacles, "obstacles": list(obstacles)},
            status=503 if obstacles else 200,
        )

    async def _metrics(self, _: web.Request) -> web.Response:
        body = generate_latest(self._registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})
