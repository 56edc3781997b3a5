"""Composition root of the guard."""

import asyncio
import base64
import os
from datetime import UTC, datetime
from pathlib import Path

from caveat.attestation import load_drafts_key, load_signer
from caveat.chassis.rpc import Servicer
from caveat.chassis.run import Chassis, Edges, run
from caveat.chassis.store import Store
from caveat.pipeline import ANSWER_DRAFTED, QUESTION_CONCLUDED
from caveat.v1.guard_service_pb2_grpc import add_GuardServiceServicer_to_server
from services.guard.adapters import RetrieverCorpus
from services.guard.engine import GuardrailsEngine, silence
from services.guard.judge import Judge, count_from_zero
from services.guard.policy_file import load_policy
from services.guard.redrafter import GeneratorRedrafter
from services.guard.rpc import GuardServicer
from services.guard.settings import GuardSettings
from services.guard.stores import RelationalDecisionStore
from services.guard.stream import GuardStream

MIGRATIONS = Path(__file__).parent / "migrations"


def new_answer_id() -> str:
    """Make an answer id of 128 random bits."""
    return "ans_" + base64.b32encode(os.urandom(16)).decode().rstrip("=").lower()


async def assemble(settings: GuardSettings, chassis: Chassis) -> Edges:
    """Build the guard and warm it up before it is ready."""
    home = chassis.shared.home.resolve() / "guard"
    policy = await asyncio.to_thread(load_policy, settings.policy)
    silence(home)
    engine = await asyncio.to_thread(GuardrailsEngine)
    await engine.warm_up(policy)
    store = Store(
        settings.store_url(home / "guard.db"),
        MIGRATIONS,
        name="guard",
        readiness=chassis.readiness,
    )
    judge = Judge(
        policy=policy,
        engine=engine,
        corpus=RetrieverCorpus(chassis.peer("retriever", settings.retriever)),
        store=RelationalDecisionStore(store, load_drafts_key(chassis.shared.keys_folder)),
        signer=load_signer(chassis.shared.keys_folder),
        now=lambda: datetime.now(UTC),
        new_answer_id=new_answer_id,
        redrafter=GeneratorRedrafter(chassis.peer("generator", settings.generator))
        if settings.generator
        else None,
    )
    count_from_zero(policy)
    stream = GuardStream(judge)
    return Edges(
        handlers={ANSWER_DRAFTED: stream.drafted, QUESTION_CONCLUDED: stream.concluded},
        servicers=(
            Servicer(
                GuardServicer(judge), add_GuardServiceServicer_to_server, "caveat.v1.GuardService"
            ),
        ),
        rejected=stream.rejected,
        parts=(store,),
    )


if __name__ == "__main__":
    run("guard", GuardSettings, assemble)
