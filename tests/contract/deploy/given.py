"""What a service makes of the variables that a deployment gives it."""

import importlib
import os
from collections.abc import Mapping
from typing import Any

import pytest

from caveat.chassis.settings import SharedSettings, load


def settings_of(
    service: str, variables: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> tuple[SharedSettings, Any]:
    """Load a service's settings from these variables alone. Raises StartupError as it would."""
    for name in [name for name in os.environ if name.startswith("CAVEAT_")]:
        monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    module = importlib.import_module(f"services.{service}.settings")
    return load(SharedSettings), load(getattr(module, f"{service.capitalize()}Settings"))


def unknown(service: str, variables: Mapping[str, str]) -> set[str]:
    """Name variables of ours that neither the service nor all services have a setting for."""
    module = importlib.import_module(f"services.{service}.settings")
    kinds = (SharedSettings, getattr(module, f"{service.capitalize()}Settings"))
    known = {
        f"{kind.model_config['env_prefix']}{name}".upper()
        for kind in kinds
        for name in kind.model_fields
    }
    return {name for name in variables if name.startswith("CAVEAT_")} - known
