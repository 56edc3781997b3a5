"""One empty stage of the real chassis: `python -m benchmarks.chain_stage KIND NUMBER`."""

import sys

from pydantic_settings import SettingsConfigDict

from benchmarks.chain_links import stages_of
from caveat.chassis.run import Chassis, Edges, run
from caveat.chassis.settings import ServiceSettings
from caveat.chassis.stream import Emit, Message
from caveat.pipeline import STAGE


class LinkSettings(ServiceSettings):
    """Environment of a stage."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_LINK_", frozen=True, extra="forbid")


async def assemble(settings: LinkSettings, chassis: Chassis) -> Edges:
    """Build a stage that sends on what it gets."""
    stage = STAGE[chassis.name]
    [entry], [outlet] = stage.consumes, stage.emits

    async def send_on(message: Message) -> Emit:
        return Emit(outlet, message.value or b"")

    return Edges(handlers={entry: send_on})


if __name__ == "__main__":
    chosen = stages_of(sys.argv[1])[int(sys.argv[2])]
    STAGE[chosen.name] = chosen
    run(chosen.name, LinkSettings, assemble)
