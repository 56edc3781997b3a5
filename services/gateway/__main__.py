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
from services.gateway.http import Api
from services.gateway.intake import Intake
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
    arrivals = Arrivals()
    attestor = Attestor(attestation.load_verifier(shared.keys_folder))
    answers, progress = _followers(store, attestor, arrivals, chassis)
    api = Api(
        store=store,
        intake=Intake(store, KafkaOutbox(chassis.producer), now=_now, entropy=os.urandom),
        arrivals=arrivals,
        passages=GrpcPassages(chassis.peer("retriever", settings.retriever)),
        log=GrpcLog(chassis.peer("auditor", settings.auditor)),
        renderer=RememberedRenderer(GrpcRenderer(chassis.peer("renderer", settings.renderer))),
        readiness=chassis.readiness,
        attestor=attestor,
    )
    http = HttpServer(api.application(), shared.host, settings.http_port)
    return Edges(parts=(kept, answers, progress, http, arrivals))


def _followers(
    store: RelationalAnswerStore, attestor: Attestor, arrivals: Arrivals, chassis: Chassis
) -> tuple[Follower, Follower]:
    """Make the readers of answers, none of which may be missed, and of progress."""
    reader = AnswerReader(store, attestor, arrivals, _now)
    # Delivery waits for the world, buries what is at fault, and keeps the trace going.
    delivery = Delivery(
        STAGE["gateway"],
        {ANSWER_PUBLISHED: reader.handle},
        chassis.producer,
        chassis.readiness,
        reader.skip,
    )
    answers = Follower(
        "answers",
        (ANSWER_PUBLISHED,),
        delivery.deliver,
        access=chassis.access,
        readiness=chassis.readiness,
        positions=store.positions,
    )
    progress = Follower(
        "progress",
        (PROGRESS_MADE,),
        ProgressReader(store, _now).apply,
        access=chassis.access,
        readiness=chassis.readiness,
        begin="latest",
    )
    return answers, progress


if __name__ == "__main__":
    run("gateway", GatewaySettings, assemble)
