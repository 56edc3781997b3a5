"""`caveat samples`: documents of every state, and a server that plays them, without a stack."""

import asyncio
import signal
from typing import Annotated

import typer

from caveat.cli import console
from caveat.cli.guidance import Commands

HOST, PORT = "127.0.0.1", 7780
DELAY = 2.0  # seconds

samples_app = Commands(
    no_args_is_help=True, help="Signed sample documents of every state, to build against."
)


@samples_app.command("ls")
def list_samples(as_json: console.Json = False) -> None:
    """List the samples: what a question says to get each, and what it is.

    Examples:
    caveat samples ls
    caveat samples ls --json
    """
    from caveat.samples import samples
    from caveat.samples.repertoire import Repertoire

    listed = [*Repertoire(samples()).listed()]
    if as_json:
        console.show_json({"samples": listed})
        return
    headings = ("say", "region", "status", "code", "what it is")
    console.show_table(
        headings,
        [(e["say"], e["region"], e["status"] or "", e["code"] or "", e["about"]) for e in listed],
    )


@samples_app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on loopback.")] = PORT,
    delay: Annotated[
        float, typer.Option(min=0, max=600, help="Seconds from a question to its answer.")
    ] = DELAY,
    origin: Annotated[
        list[str] | None,
        typer.Option(help="Let pages of this origin read it, as http://localhost:5173."),
    ] = None,
    as_json: console.Json = False,
) -> None:
    """Serve the samples through the gateway's own interface, until it is interrupted.

    A question that says `state:emergency` gets that sample, and any other a published answer. The
    page at /samples lists them. Nothing that is asked here goes anywhere.

    Examples:
    caveat samples serve
    caveat samples serve --port 8080 --delay 0
    """
    asyncio.run(_serve(port, delay, tuple(origin or ()), as_json=as_json))


async def _serve(port: int, delay: float, origins: tuple[str, ...], *, as_json: bool) -> None:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider

    from caveat.cli.playing import playing
    from services.gateway.serving import HttpServer

    trace.set_tracer_provider(TracerProvider())  # so that problems name a trace, as elsewhere
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stopped.set)
    async with playing(delay, origins) as application:
        server = HttpServer(application, HOST, port)
        await server.start()
        _announce(f"http://{HOST}:{port}", as_json=as_json)
        await stopped.wait()
        await server.stop()


def _announce(url: str, *, as_json: bool) -> None:
    if as_json:
        console.show_json_line({"url": url, "jwks": f"{url}/.well-known/jwks.json"})
        return
    console.show(url)
    console.complain(
        "these are samples: no question goes anywhere. Ask state:emergency and so on; "
        f"{url}/samples lists them. Ctrl-C stops."
    )
