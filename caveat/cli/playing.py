"""Put the gateway's application together with samples for everything behind it."""

import base64
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from caveat import attestation, samples
from caveat.chassis.readiness import Readiness
from caveat.chassis.run import Part
from caveat.chassis.settings import SharedSettings, load
from caveat.chassis.store import Store
from caveat.cli.broker import ROOT
from caveat.cli.player import NoLog, PassagesHere, Player, RendererHere
from caveat.samples.repertoire import Repertoire
from services import gateway
from services.gateway.adapters import RelationalAnswerStore, RememberedRenderer
from services.gateway.arrivals import Arrivals
from services.gateway.attested import Attestor
from services.gateway.board import Board
from services.gateway.http.application import Api
from services.gateway.negotiation import choose
from services.gateway.pace import Pace
from services.gateway.pages import Site
from services.gateway.stream import AnswerReader, ProgressReader
from services.renderer.attested import AttestedRenderer
from services.renderer.presentation import Presentation

_MIGRATIONS = Path(str(gateway.__file__)).with_name("migrations")
_OFFERED = ("application/json", "text/html")
_ABOUT = (
    "Signed samples for building against Caveat. A question posted to /v1/questions that says one "
    "of these gets that sample, and any other the first. None of it is an answer to anybody."
)


@contextlib.asynccontextmanager
async def playing(delay: float, origins: tuple[str, ...] = ()) -> AsyncIterator[FastAPI]:
    """Start the parts and hand out the application; an answer comes after `delay` seconds.

    `origins` name the pages of a frontend's own server that may read the interface.
    """
    async with contextlib.AsyncExitStack() as parts:
        home = parts.enter_context(tempfile.TemporaryDirectory(prefix="caveat-samples-"))
        application, begun = _assembled(Path(home), delay, origins)
        for part in begun:
            await part.start()
            parts.push_async_callback(part.stop)
        application.add_route("/samples", _listing)
        yield application


def _assembled(
    home: Path, delay: float, origins: tuple[str, ...]
) -> tuple[FastAPI, tuple[Part, ...]]:
    """Put the player in the place of Kafka; the parts start in this order."""
    readiness = Readiness("samples")
    kept = Store(f"sqlite:///{home}/samples.db", _MIGRATIONS, name="gateway", readiness=readiness)
    store, arrivals, board, pace = RelationalAnswerStore(kept), Arrivals(), Board(), Pace()
    attestor, web = Attestor(attestation.verifier_of(samples.jwks())), _web()
    player = Player(
        Repertoire(samples.samples()),
        AnswerReader(store, attestor, arrivals, pace, _now),
        ProgressReader(store, board, arrivals, _now),
        now=_now,
        new_answer_id=_new_answer_id,
        delay=delay,
    )
    rendering = RendererHere(AttestedRenderer(attestor.verifier, Presentation(web)))
    api = Api(
        store=store,
        outbox=player,
        renderer=RememberedRenderer(rendering),
        passages=PassagesHere(samples.passages()),
        log=NoLog(),
        log_keys=_keys_of_no_log(home),
        attestor=attestor,
        readiness=readiness,
        site=Site(web),
        now=_now,
        entropy=os.urandom,
        arrivals=arrivals,
        board=board,
        pace=pace,
        origins=origins,
    )
    return api.application(), (kept, arrivals, player)


def _web() -> Path:
    shared = load(SharedSettings)
    return shared.web if "web" in shared.model_fields_set else ROOT / "web"


async def _listing(request: Request) -> Response:
    listed = [*Repertoire(samples.samples()).listed()]
    if choose(",".join(request.headers.getlist("Accept")), _OFFERED) != "text/html":
        return JSONResponse({"about": _ABOUT, "samples": listed}, headers={"Vary": "Accept"})
    rows = "\n".join(map(_row, listed))
    page = f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Caveat samples</title>
<h1>Caveat samples</h1>
<p>{escape(_ABOUT)}</p>
<table>
<tr><th>say<th>region<th>status<th>code<th>what it is</tr>
{rows}
</table>
</html>
"""
    return HTMLResponse(page, headers={"Vary": "Accept"})


def _row(entry: dict[str, Any]) -> str:
    about = escape(entry["about"])
    if entry["answer"]:
        about = f'<a href="{escape(entry["answer"])}?format=html">{about}</a>'
    cells = (entry["say"], entry["region"], entry["status"] or "", entry["code"] or "")
    return "<tr>" + "".join(f"<td>{escape(cell)}" for cell in cells) + f"<td>{about}</tr>"


def _keys_of_no_log(home: Path) -> attestation.LogKeys:
    """Make keys that nothing is signed with: the interface names those of a log."""
    attestation.create_keys(home / "keys", origin="caveat.samples/log")
    return attestation.load_log_keys(home / "keys")


def _now() -> datetime:
    return datetime.now(UTC)


def _new_answer_id() -> str:
    return "ans_" + base64.b32encode(os.urandom(16)).decode().rstrip("=").lower()
