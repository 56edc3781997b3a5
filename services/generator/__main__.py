"""Composition root of the generator."""

from pathlib import Path

from caveat.chassis import metrics
from caveat.chassis.rpc import Servicer
from caveat.chassis.run import Chassis, Edges, Part, run
from caveat.errors import DependencyMissing
from caveat.pipeline import EVIDENCE_RETRIEVED
from caveat.v1.generator_service_pb2_grpc import add_GeneratorServiceServicer_to_server
from services.generator.adapters import ExtractiveComposer, ModelComposer
from services.generator.ports import Composer, Fault
from services.generator.rpc import GeneratorServicer
from services.generator.settings import GeneratorSettings
from services.generator.stream import GeneratorStream


async def assemble(settings: GeneratorSettings, chassis: Chassis) -> Edges:
    """Build the generator; without a model's address, no client of one is loaded."""
    _count_from_zero()
    if settings.model_url is None or settings.model is None:
        return _edges(ExtractiveComposer())
    from services.generator.chat import OpenAIModel

    model = OpenAIModel(
        str(settings.model_url),
        settings.model,
        key=_key(settings.model_key_file),
        tokens=settings.model_tokens,
    )
    return _edges(ModelComposer(model, settings.model_timeout_s), model)


def _count_from_zero() -> None:
    faults = [fault.value for fault in Fault]
    metrics.from_zero(metrics.model_requests, ("answered", *faults))
    metrics.from_zero(metrics.model_fallbacks, faults)
    metrics.from_zero(metrics.model_tokens, ("input", "output"))
    metrics.from_zero(metrics.model_seconds, ("draft", "redraft"))


def _edges(composer: Composer, *parts: Part) -> Edges:
    return Edges(
        handlers={EVIDENCE_RETRIEVED: GeneratorStream(composer).retrieved},
        servicers=(
            Servicer(
                GeneratorServicer(composer),
                add_GeneratorServiceServicer_to_server,
                "caveat.v1.GeneratorService",
            ),
        ),
        parts=parts,
    )


def _key(file: Path | None) -> str:
    """Read the API key. Raises DependencyMissing."""
    if file is None:
        return ""
    try:
        key = file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise DependencyMissing(f"the model's key file {file} cannot be read") from error
    if not key or not key.isprintable():
        raise DependencyMissing(f"the model's key file {file} holds no key")
    return key


if __name__ == "__main__":
    run("generator", GeneratorSettings, assemble)
