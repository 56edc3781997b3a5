"""Composition root of the auditor."""

from datetime import UTC, datetime
from pathlib import Path

from caveat.attestation import load_auditor_key, load_verifier
from caveat.chassis.alone import Alone
from caveat.chassis.rpc import Servicer
from caveat.chassis.run import Chassis, Edges, run
from caveat.chassis.store import Store
from caveat.chassis.stream import nothing_follows
from caveat.pipeline import ANSWER_GUARDED
from caveat.v1.auditor_service_pb2_grpc import add_AuditorServiceServicer_to_server
from services.auditor.adapters import StoreDecisionLog
from services.auditor.checkpointing import Checkpointer
from services.auditor.guard import GuardDecisions
from services.auditor.rpc import AuditorServicer
from services.auditor.sequence import Sequencer
from services.auditor.settings import AuditorSettings
from services.auditor.stream import Examiner, Recorder

MIGRATIONS = Path(__file__).parent / "migrations"


async def assemble(settings: AuditorSettings, chassis: Chassis) -> Edges:
    """Put the service together. Raises DependencyMissing without keys."""
    keys = chassis.shared.keys_folder
    verifier, signer = load_verifier(keys), load_auditor_key(keys)
    store = Store(
        settings.store_url(chassis.shared.home / "auditor" / "auditor.db"),
        MIGRATIONS,
        name="auditor",
        readiness=chassis.readiness,
    )
    log = StoreDecisionLog(store)
    guard = GuardDecisions(chassis.peer("guard", settings.guard))
    sequencer = Sequencer(log, guard, Examiner(verifier).entry_of, _now)
    servicer = Servicer(
        AuditorServicer(log, _now), add_AuditorServiceServicer_to_server, "caveat.v1.AuditorService"
    )
    # The guard has decided already: what cannot be kept is an alarm, never a conclusion.
    return Edges(
        handlers={ANSWER_GUARDED: Recorder(verifier, sequencer).on_guarded},
        servicers=(servicer,),
        rejected=nothing_follows,
        # Stopped in reverse: the last checkpoint covers what the sequencer appended last.
        parts=(
            store,
            Alone(store, "auditor", chassis.readiness),
            Checkpointer(log, signer, _now),
            sequencer,
        ),
    )


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    run("auditor", AuditorSettings, assemble)
