"""caveat lag: how far each stage is behind, asked of the broker."""

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from caveat.cli import console
from caveat.cli.console import Json
from caveat.cli.local import Local, here

if TYPE_CHECKING:
    from caveat.chassis.lag import Lag
    from caveat.chassis.stream import Access

_PAUSE = 2.0  # seconds


def lag(
    as_json: Json = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on until interrupted.")] = False,
) -> None:
    """Show what each stage has not finished: how many records, and the age of the oldest.

    It comes from the broker, so a stage that is dead shows too. The gateway reads without a
    group; what waits for it shows as questions without an answer.

    Examples:
      caveat lag
      caveat lag --watch --json
    """
    asyncio.run(_show(here(), as_json=as_json, watch=watch))


async def _show(local: Local, *, as_json: bool, watch: bool) -> None:
    from caveat.authority import readings
    from caveat.chassis.lag import LagMeter

    meter = LagMeter(access_to(local), readings())
    await meter.start()
    try:
        show(await meter.measure(), as_json=as_json)
        while watch:
            await asyncio.sleep(_PAUSE)
            show(await meter.measure(), as_json=as_json)
    finally:
        await meter.stop()


def show(found: tuple["Lag", ...], *, as_json: bool) -> None:
    """Print one measurement: a table, or a JSON line for each group and topic."""
    at = int(time.time())
    if as_json:
        for lag in found:
            console.show_json_line(
                {"at": at, "group": lag.group, "topic": lag.topic, "messages": lag.messages,
                 "seconds": round(lag.seconds, 1)}
            )  # fmt: skip
        return
    console.show_table(
        ("group", "topic", "behind", "oldest"),
        ((lag.group, lag.topic, str(lag.messages), f"{lag.seconds:.1f} s") for lag in found),
    )


def access_to(local: Local) -> "Access":
    """Reach the broker as the operator, or as the user that the environment names."""
    from caveat.authority import OPERATOR
    from caveat.chassis.passwords import password_of
    from caveat.chassis.stream import Access
    from caveat.cli.plan import bootstrap_of

    bootstrap = bootstrap_of(local)
    if not local.kafka:
        return Access(
            bootstrap, "sasl_plaintext", OPERATOR, password_of(local.passwords / OPERATOR)
        )
    if not local.kafka_user:
        return Access(bootstrap)
    return Access(
        bootstrap,
        local.kafka_protocol or "sasl_plaintext",
        local.kafka_user,
        password_of(Path(local.kafka_password_file)),
        Path(local.kafka_ca_file) if local.kafka_ca_file else None,
    )
