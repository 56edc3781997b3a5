"""Composition root of the renderer."""

from caveat.attestation import load_verifier
from caveat.chassis.rpc import Servicer
from caveat.chassis.run import Chassis, Edges, run
from caveat.chassis.stream import nothing_follows
from caveat.pipeline import ANSWER_GUARDED
from caveat.v1.renderer_service_pb2_grpc import add_RendererServiceServicer_to_server
from services.renderer.attested import AttestedRenderer
from services.renderer.presentation import Presentation
from services.renderer.rpc import RendererServicer
from services.renderer.settings import RendererSettings
from services.renderer.stream import Publisher


async def assemble(settings: RendererSettings, chassis: Chassis) -> Edges:
    """Put the service together. Raises DependencyMissing without public keys or templates."""
    renderer = AttestedRenderer(
        load_verifier(chassis.shared.keys_folder), Presentation(chassis.shared.web)
    )
    servicer = Servicer(
        RendererServicer(renderer),
        add_RendererServiceServicer_to_server,
        "caveat.v1.RendererService",
    )
    # The guard has decided already: what cannot be rendered is an alarm, never a conclusion.
    return Edges(
        handlers={ANSWER_GUARDED: Publisher(renderer).on_guarded},
        servicers=(servicer,),
        rejected=nothing_follows,
    )


if __name__ == "__main__":
    run("renderer", RendererSettings, assemble)
