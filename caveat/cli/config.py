"""caveat config: every setting with its value and origin, and how Prometheus watches the stack."""

import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from caveat.cli import console
from caveat.cli.console import Json
from caveat.cli.guidance import Commands
from caveat.cli.local import Local, here
from caveat.cli.plan import Plan, bootstrap_of, plan_of
from caveat.cli.scraping import prometheus
from caveat.pipeline import SERVICES

config_app = Commands(no_args_is_help=True, help="Look at the settings.")


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable; its origin is `environment`, `stack` (given by caveat up) or `default`."""

    variable: str
    value: str
    origin: str
    description: str


@config_app.callback()
def config() -> None:
    """Look at the settings."""


config_app.command("prometheus")(prometheus)


@config_app.command("show")
def show(as_json: Json = False) -> None:
    """Print the settings of the stack and of each service, with their origin.

    Example: CAVEAT_PORT_BASE=8700 caveat config show
    """
    found = tuple(settings(here(), os.environ))
    if as_json:
        console.show_json([asdict(setting) for setting in found])
        return
    console.show_table(
        ("setting", "value", "origin", "meaning"),
        ((s.variable, s.value or "-", s.origin, s.description) for s in found),
    )


def settings(local: Local, environment: Mapping[str, str]) -> Iterator[Setting]:
    """List what the local stack and its services are run with."""
    from caveat.chassis.settings import SharedSettings

    yield from _own(local, environment)
    plan = plan_of(local, environment, python=sys.executable)
    yield from _of_kind(SharedSettings, "CAVEAT_", {}, environment, skip=_OWN)
    for name in SERVICES:
        yield from _of_service(name, plan, environment)


_OWN = frozenset({"CAVEAT_HOME", "CAVEAT_KAFKA_BOOTSTRAP", "CAVEAT_INSTANCE"})


def _own(local: Local, environment: Mapping[str, str]) -> Iterator[Setting]:
    rows = (
        ("CAVEAT_HOME", str(local.home), "folder of stores, keys, logs and spans"),
        ("CAVEAT_PORT_BASE", str(local.base), "first port of the local stack"),
        ("CAVEAT_KAFKA_BOOTSTRAP", bootstrap_of(local), "Kafka server; set: no broker of our own"),
        ("CAVEAT_GATEWAY_URL", local.gateway, "where this command line finds the gateway"),
    )
    for variable, value, description in rows:
        origin = "environment" if environment.get(variable) else "default"
        yield Setting(variable, value, origin, description)


def _of_service(name: str, plan: Plan, environment: Mapping[str, str]) -> Iterator[Setting]:
    module = importlib.import_module(f"services.{name}.settings")
    kind = getattr(module, f"{name.capitalize()}Settings")
    program = next(program for program in plan.services if program.name == name)
    given = {k: v for k, v in program.environment.items() if environment.get(k) != v}
    yield from _of_kind(kind, f"CAVEAT_{name.upper()}_", given, environment)


def _of_kind(
    kind: Any,
    prefix: str,
    given: Mapping[str, str],
    environment: Mapping[str, str],
    skip: frozenset[str] = frozenset(),
) -> Iterator[Setting]:
    for name, field in kind.model_fields.items():
        variable = f"{prefix}{name}".upper()
        if variable in skip:
            continue
        default = "" if field.is_required() or field.default is None else str(field.default)
        if variable in given:
            value, origin = given[variable], "stack"
        elif variable in environment:
            value, origin = environment[variable], "environment"
        else:
            value, origin = default, "default"
        yield Setting(variable, _veiled(field, value), origin, field.description or "")


def _veiled(field: Any, value: str) -> str:
    return "********" if value and "Secret" in str(field.annotation) else value
