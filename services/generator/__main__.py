"""Composition root of the generator."""

from caveat.chassis.rpc import Servicer
from caveat.chassis.run import Chassis, Edges, run
from caveat.pipeline import EVIDENCE_RETRIEVED
from caveat.v1.generator_service_pb2_grpc import add_GeneratorServiceServicer_to_server
from services.generator.rpc import GeneratorServicer
from services.generator.settings import GeneratorSettings
from services.generator.stream import retrieved


async def assemble(settings: GeneratorSettings, chassis: Chassis) -> Edges:
    """Build the generator."""
    return Edges(
        handlers={EVIDENCE_RETRIEVED: retrieved},
        servicers=(
            Servicer(
                GeneratorServicer(),
                add_GeneratorServiceServicer_to_server,
                "caveat.v1.GeneratorService",
            ),
        ),
    )


if __name__ == "__main__":
    run("generator", GeneratorSettings, assemble)
