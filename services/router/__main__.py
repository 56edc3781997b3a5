"""Composition root of the router."""

import asyncio
from datetime import UTC, datetime

from caveat.chassis.rpc import Servicer
from caveat.chassis.run import Chassis, Edges, run
from caveat.pipeline import QUESTION_ASKED
from caveat.v1.router_service_pb2_grpc import add_RouterServiceServicer_to_server
from services.router.adapters import GuardScreening, LangidDetector
from services.router.rpc import RouterServicer
from services.router.settings import RouterSettings
from services.router.stream import Router


async def assemble(settings: RouterSettings, chassis: Chassis) -> Edges:
    """Build the router."""
    router = Router(
        screening=GuardScreening(chassis.peer("guard", settings.guard)),
        languages=await asyncio.to_thread(LangidDetector),
        now=lambda: datetime.now(UTC),
    )
    return Edges(
        handlers={QUESTION_ASKED: router.asked},
        servicers=(
            Servicer(
                RouterServicer(router),
                add_RouterServiceServicer_to_server,
                "caveat.v1.RouterService",
            ),
        ),
    )


if __name__ == "__main__":
    run("router", RouterSettings, assemble)
