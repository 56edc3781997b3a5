"""What a program makes of the variables that a deployment gives it."""

import importlib
import os
from collections.abc import Mapping
from typing import Any

import pytest

from caveat.authority import OBSERVER
from caveat.chassis.observer import ObserverSettings
from caveat.chassis.settings import SharedSettings, load
from caveat.pipeline import SERVICES

PROGRAMS = (*SERVICES, OBSERVER)
"""Everything of ours that stays up: the services, and the observer beside them."""


def settings_of(
    program: str, variables: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> tuple[SharedSettings, Any]:
    """Load a program's settings from these variables alone. Raises StartupError as it would."""
    for name in [name for name in os.environ if name.startswith("CAVEAT_")]:
        monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load(SharedSettings), load(kind_of(program))


def kind_of(program: str) -> Any:
    """Return the class of the settings that a program has of its own."""
    if program == OBSERVER:
        return ObserverSettings
    module = importlib.import_module(f"services.{program}.settings")
    return getattr(module, f"{program.capitalize()}Settings")


def unknown(program: str, variables: Mapping[str, str]) -> set[str]:
    """Name variables of ours that neither the program nor all programs have a setting for."""
    known = {
        f"{kind.model_config['env_prefix']}{name}".upper()
        for kind in (SharedSettings, kind_of(program))
        for name in kind.model_fields
    }
    return {name for name in variables if name.startswith("CAVEAT_")} - known
