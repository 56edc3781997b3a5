"""Composition root of the gateway."""

import os
from datetime import UTC, datetime

from caveat import attestation
from caveat.chassis.run import Chassis, Edges, make_folder, run
from caveat.chassis.stream import Delivery, Follower
from caveat.pipeline import ANSWER_PUBLISHED, PROGRESS_MADE, STAGE
from services.gateway.adapters import GrpcRenderer, KafkaOutbox, SqliteStore
from services.gateway.arrivals import Arrivals
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
    store = SqliteStore(make_folder(shared.home / "gateway") / "gateway.db")
    arrivals = Arrivals()
    reader = AnswerReader(store, attestation.load_verifier(shared.keys_folder), arrivals, _now)
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
        bootstrap=shared.kafka_bootstrap,
        readiness=chassis.readiness,
        positions=store.positions,
    )
    progress = Follower(
        "progress",
        (PROGRESS_MADE,),
        ProgressReader(store, _now).apply,
        bootstrap=shared.kafka_bootstrap,
        readiness=chassis.readiness,
        begin="latest",
    )
    api = Api(
        store=store,
        intake=Intake(store, KafkaOutbox(chassis.producer), now=_now, entropy=os.urandom),
        arrivals=arrivals,
        renderer=GrpcRenderer(chassis.peer("renderer", settings.renderer)),
        readiness=chassis.readiness,
        jwks=attestation.load_jwks(shared.keys_folder),
    )
    http = HttpServer(api.application(), shared.host, settings.http_port)
    return Edges(parts=(store, answers, progress, http, arrivals))


if __name__ == "__main__":
    run("gateway", GatewaySettings, assemble)
