"""A stage in a process of its own, whose messages say what its handler does with them.

`python -m tests.integration.worker STAGE` assembles it with the real `run`. A message's value is
a JSON object: `sleep` (seconds), `hang_without` or `wait_for` (a file), `peer`, `fault` and `size`.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from aiokafka.errors import KafkaError
from pydantic_settings import SettingsConfigDict

from caveat import model, wire
from caveat.chassis.run import Chassis, Edges, run
from caveat.chassis.settings import ServiceSettings
from caveat.chassis.stream import (
    Done,
    DurableProducer,
    Emit,
    Handler,
    Message,
    Outcome,
    event_of,
)
from caveat.errors import InvalidQuestion, TransientError, UpstreamUnavailable
from caveat.pipeline import STAGE, Stage


def entry_of(stage: str) -> str:
    """Name the topic that a stage under test consumes."""
    return f"caveat.{stage}.sent.v1"


def outlet_of(stage: str) -> str:
    """Name the topic that a stage under test emits."""
    return f"caveat.{stage}.echoed.v1"


def contract_of(stage: str) -> str:
    """Name the topic whose records must be questions."""
    return f"caveat.{stage}.asked.v1"


class WorkerSettings(ServiceSettings):
    """Environment of the worker: the faults that a test puts into its producer."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_WORKER_", frozen=True, extra="forbid")

    failing_sends: int = 0
    failing_with: str = "KafkaError"
    losing_acknowledgements: int = 0
    send_delay: float = 0.0


class FaultyProducer:
    """Puts faults in front of the one method of DurableProducer that talks to the broker."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._failing, self._losing = settings.failing_sends, settings.losing_acknowledgements
        self._kind = settings.failing_with
        self._delay = settings.send_delay
        self._send = DurableProducer._send

    def install(self) -> None:
        """Replace the method for the whole process."""
        outer = self

        async def send(producer: DurableProducer, topic: str, *rest: Any) -> None:
            await asyncio.sleep(outer._delay)
            if outer._failing > 0:
                outer._failing -= 1
                raise OSError("injected") if outer._kind == "OSError" else KafkaError("injected")
            await outer._send(producer, topic, *rest)
            if outer._losing > 0:
                outer._losing -= 1
                raise KafkaError("injected after the broker had the record")

        DurableProducer._send = send  # type: ignore[assignment,method-assign]


class Marked:
    """Does what each message says."""

    def __init__(self, stage: str) -> None:
        self._outlet = outlet_of(stage)

    async def __call__(self, message: Message) -> Outcome:
        told = json.loads(message.value or b"")
        await asyncio.sleep(told.get("sleep", 0))
        if _is_shut(told.get("hang_without")):
            await asyncio.Event().wait()
        if _is_shut(told.get("wait_for")):
            # As slow as a peer that lets every call run into its deadline.
            await asyncio.sleep(told.get("deadline", 0))
            raise UpstreamUnavailable(told["peer"]) if "peer" in told else TransientError("store")
        if "fault" in told:
            await _fail(told["fault"], told.get("text", ""))
        if told.get("quiet"):
            return Done()
        return Emit(self._outlet, (message.value or b"") + b" " * told.get("size", 0))


def _is_shut(gate: str | None) -> bool:
    return gate is not None and not Path(gate).exists()


async def _fail(kind: str, text: str) -> None:
    if kind == "permanent":
        raise InvalidQuestion("as a core would")
    if kind == "cancelled":
        # A library that cancels what we await, as gRPC does when a channel closes.
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        future.cancel()
        await future
    try:
        raise ValueError(text)
    except ValueError as error:
        raise KeyError(text) from error


async def on_question(message: Message) -> Outcome:
    """Hold a record to the contract of a question, as the stages do."""
    question = event_of(model.QuestionAsked, message)
    return Emit(outlet_of(message.topic.split(".")[1]), wire.encode(question))


async def assemble(settings: WorkerSettings, chassis: Chassis) -> Edges:
    """Build the stage under test."""
    FaultyProducer(settings).install()
    handlers: dict[str, Handler] = {
        entry_of(chassis.name): Marked(chassis.name),
        contract_of(chassis.name): on_question,
    }
    return Edges(handlers=handlers)


if __name__ == "__main__":
    name = sys.argv[1]
    consumes = (entry_of(name), contract_of(name))
    STAGE[name] = Stage(name, consumes, (outlet_of(name),), step="screen", seq=1)
    run(name, WorkerSettings, assemble)
