"""Composition root of the guard."""

import asyncio
import base64
import os
from datetime import UTC, datetime

from caveat.attestation import load_signer
from caveat.chassis.rpc import Servicer
from caveat.chassis.run import Chassis, Edges, run
from caveat.pipeline import ANSWER_DRAFTED, QUESTION_CONCLUDED
from caveat.v1.guard_service_pb2_grpc import add_GuardServiceServicer_to_server
from services.guard.adapters import RetrieverCorpus, SqliteDecisionStore
from services.guard.engine import GuardrailsEngine, silence
from services.guard.examination import Examination
from services.guard.judge import Judge
from services.guard.policy_file import load_policy
from services.guard.rpc import GuardServicer
from services.guard.settings import GuardSettings
from services.guard.stream import GuardStream


def new_answer_id() -> str:
    """Make an answer id of 128 random bits."""
    return "ans_" + base64.b32encode(os.urandom(16)).decode().rstrip("=").lower()


async def assemble(settings: GuardSettings, chassis: Chassis) -> Edges:
    """Build the guard and warm it up before it is ready."""
    home = chassis.shared.home.resolve() / "guard"
    policy = await asyncio.to_thread(load_policy, settings.policy)
    silence(home)
    engine = await asyncio.to_thread(GuardrailsEngine)
    await engine.run(Examination(policy, ()))
    await engine.screen("What is MDS?", "en", policy)
    judge = Judge(
        policy=policy,
        engine=engine,
        corpus=RetrieverCorpus(chassis.peer("retriever", settings.retriever)),
        store=SqliteDecisionStore(home / "guard.db"),
        signer=load_signer(chassis.shared.keys_folder),
        now=lambda: datetime.now(UTC),
        new_answer_id=new_answer_id,
    )
    stream = GuardStream(judge)
    return Edges(
        handlers={ANSWER_DRAFTED: stream.drafted, QUESTION_CONCLUDED: stream.concluded},
        servicers=(
            Servicer(
                GuardServicer(judge), add_GuardServiceServicer_to_server, "caveat.v1.GuardService"
            ),
        ),
        rejected=stream.rejected,
    )


if __name__ == "__main__":
    run("guard", GuardSettings, assemble)
