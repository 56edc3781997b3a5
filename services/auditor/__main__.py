"""Composition root of the auditor."""

from datetime import UTC, datetime

from caveat.attestation import load_verifier
from caveat.chassis.rpc import Servicer
from caveat.chassis.run import Chassis, Edges, run
from caveat.chassis.stream import nothing_follows
from caveat.pipeline import ANSWER_GUARDED
from caveat.v1.auditor_service_pb2_grpc import add_AuditorServiceServicer_to_server
from services.auditor.adapters import SqliteDecisionLog
from services.auditor.rpc import AuditorServicer
from services.auditor.settings import AuditorSettings
from services.auditor.stream import Recorder


async def assemble(settings: AuditorSettings, chassis: Chassis) -> Edges:
    """Put the service together. Raises DependencyMissing without public keys."""
    verifier = load_verifier(chassis.shared.keys_folder)
    log = SqliteDecisionLog(chassis.shared.home / "auditor" / "auditor.db")
    servicer = Servicer(
        AuditorServicer(log), add_AuditorServiceServicer_to_server, "caveat.v1.AuditorService"
    )
    recorder = Recorder(verifier, log, lambda: datetime.now(UTC))
    # The guard has decided already: what cannot be kept is an alarm, never a conclusion.
    return Edges(
        handlers={ANSWER_GUARDED: recorder.on_guarded},
        servicers=(servicer,),
        rejected=nothing_follows,
        parts=(log,),
    )


if __name__ == "__main__":
    run("auditor", AuditorSettings, assemble)
