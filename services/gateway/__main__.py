"""Composition root of the gateway."""

import os
from datetime import UTC, datetime
from pathlib import Path

from caveat import attestation
from caveat.chassis.run import Chassis, Edges, run
from caveat.chassis.store import Store
from caveat.chassis.stream import Delivery, Follower
from caveat.pipeline import ANSWER_PUBLISHED, PROGRESS_MADE, STAGE
from services.gateway.adapters import (
    GrpcLog,
    GrpcPassages,
    GrpcRenderer,
    KafkaOutbox,
    RelationalAnswerStore,
    RememberedRenderer,
)
from services.gateway.arrivals import Arrivals
from services.gateway.attested import Attestor
from services.gateway.backlog import BacklogWatch
from services.gateway.board import Board
from services.gateway.http.application import Api
from services.gateway.http.events import Seats
from services.gateway.intake import Intake
from services.gateway.limiting import Limits
from services.gateway.pace import Pace
from services.gateway.pages import Drawing, Pages, Site
from services.gateway.serving import HttpServer
from services.gateway.settings import GatewaySettings
from services.gateway.showing import Places, Showing
from services.gateway.stream import AnswerReader, ProgressReader


def _now() -> datetime:
    return datetime.now(UTC)


async def assemble(settings: GatewaySettings, chassis: Chassis) -> Edges:
    """Build the gateway's parts; they start in this order and stop in reverse."""
    shared = chassis.shared
    kept = Store(
        settings.store_url(shared.home / "gateway" / "gateway.db"),
        Path(__file__).with_name("migrations"),
        name="gateway",
        readiness=chassis.readiness,
    )
    store = RelationalAnswerStore(kept)
    arrivals, board, pace = Arrivals(), Board(), Pace()
    attestor = Attestor(attestation.load_verifier(shared.keys_folder))
    log = GrpcLog(chassis.peer("auditor", settings.auditor))
    site = Site(shared.web)
    pages = Pages(
        store=store,
        intake=Intake(store, KafkaOutbox(chassis.producer), now=_now, entropy=os.urandom),
        showing=Showing(store, attestor, Places(log)),
        renderer=RememberedRenderer(GrpcRenderer(chassis.peer("renderer", settings.renderer))),
        passages=GrpcPassages(chassis.peer("retriever", settings.retriever)),
        site=site,
        now=_now,
        entropy=os.urandom,
    )
    api = Api(
        store=store,
        intake=pages.intake,
        showing=pages.showing,
        arrivals=arrivals,
        renderer=pages.renderer,
        passages=pages.passages,
        log=log,
        log_keys=attestation.load_log_keys(shared.keys_folder),
        readiness=chassis.readiness,
        attestor=attestor,
        now=_now,
        board=board,
        pace=pace,
        seats=Seats(settings.sse_clients),
        limits=Limits(settings.rates, settings.proxies),
        origins=settings.allowed_origins,
        further=(pages.routes(),),
        draw_problem=Drawing(site),
    )
    answers = _answers(AnswerReader(store, attestor, arrivals, pace, _now), store, chassis)
    progress = _progress(ProgressReader(store, board, arrivals, _now), chassis)
    http = HttpServer(api.application(), shared.host, settings.http_port)
    return Edges(parts=(kept, answers, progress, http, arrivals, BacklogWatch(store, _now)))


def _answers(reader: AnswerReader, store: RelationalAnswerStore, chassis: Chassis) -> Follower:
    """Make the follower of answers, none of which may be missed."""
    # Delivery waits for the world, buries what is at fault, and keeps the trace going.
    delivery = Delivery(
        STAGE["gateway"],
        {ANSWER_PUBLISHED: reader.handle},
        chassis.producer,
        chassis.readiness,
        reader.skip,
    )
    return Follower(
        "answers",
        (ANSWER_PUBLISHED,),
        delivery.deliver,
        access=chassis.access,
        readiness=chassis.readiness,
        positions=store.positions,
    )


def _progress(reader: ProgressReader, chassis: Chassis) -> Follower:
    """Make the follower of progress, from now on."""
    return Follower(
        "progress",
        (PROGRESS_MADE,),
        reader.apply,
        access=chassis.access,
        readiness=chassis.readiness,
        begin="latest",
    )


if __name__ == "__main__":
    run("gateway", GatewaySettings, assemble)
