"""Importing a core brings no framework with it: rules are tested in milliseconds."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from caveat.pipeline import SERVICES

ROOT = Path(__file__).resolve().parents[2]
FRAMEWORKS = {
    "aiohttp", "aiokafka", "fastapi", "faust", "google", "grpc", "guardrails", "jinja2", "joserfc",
    "kafka", "mode", "opentelemetry", "prometheus_client", "pydantic", "pydantic_settings",
    "rfc8785", "sqlite3", "starlette", "tantivy", "uvicorn", "uvloop", "yaml",
}  # fmt: skip
CORES = [name for name in SERVICES if (ROOT / "services" / name / "core.py").exists()]


def test_every_service_has_a_core() -> None:
    assert set(SERVICES) == set(CORES)


@pytest.mark.parametrize("service", CORES)
def test_a_core_needs_no_framework(service: str) -> None:
    script = f"import json, sys, services.{service}.core; print(json.dumps(sorted(sys.modules)))"

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )

    loaded = {module.split(".")[0] for module in json.loads(done.stdout)}
    assert FRAMEWORKS & loaded == set()
