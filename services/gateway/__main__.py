"""Composition root of the gateway."""

import os
from datetime import UTC, datetime
from pathlib import Path

from caveat import attestation
from caveat.chassis.background import Regular
from caveat.chassis.run import Chassis, Edges, run
from caveat.chassis.store import Store
from caveat.chassis.stream import Delivery, Follower
from caveat.pipeline import ANSWER_PUBLISHED, PROGRESS_MADE, STAGE
from services.gateway import backlog
from services.gateway.adapters import (
    GrpcLog,
    GrpcPassages,
    GrpcRenderer,
    KafkaOutbox,
    RelationalAnswerStore,
    RememberedRenderer,
)
from services.gateway.attested import Attestor
from services.gateway.backlog import BacklogWatch
from services.gateway.http.application import Api
from services.gateway.http.events import Seats
from services.gateway.limiting import Limits
from services.gateway.pages import Site
from services.gateway.serving import HttpServer
from services.gateway.settings import GatewaySettings
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
    api = Api(
        store=store,
        outbox=KafkaOutbox(chassis.producer),
        renderer=RememberedRenderer(GrpcRenderer(chassis.peer("renderer", settings.renderer))),
        passages=GrpcPassages(chassis.peer("retriever", settings.retriever)),
        log=GrpcLog(chassis.peer("auditor", settings.auditor)),
        attestor=Attestor(attestation.load_verifier(shared.keys_folder)),
        log_keys=attestation.load_log_keys(shared.keys_folder),
        readiness=chassis.readiness,
        site=Site(shared.web),
        now=_now,
        entropy=os.urandom,
        seats=Seats(settings.sse_clients),
        limits=Limits(settings.rates, settings.proxies),
        origins=settings.allowed_origins,
    )
    answers = AnswerReader(store, api.attestor, api.arrivals, api.pace, _now)
    progress = ProgressReader(store, api.board, api.arrivals, _now)
    http = HttpServer(api.application(), shared.host, settings.http_port)
    return Edges(
        parts=(
            kept,
            _answers(answers, store, chassis),
            _progress(progress, chassis),
            http,
            api.arrivals,
            Regular(BacklogWatch(store, _now).look, backlog.INTERVAL),
        )
    )


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
