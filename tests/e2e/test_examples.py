"""The examples for other teams, against a running stack."""

import subprocess
import sys
from pathlib import Path

import pytest

from caveat.authority import CLIENT
from caveat.cli.plan import bootstrap_of
from tests.e2e.conftest import Stack
from tests.node import installed

EXAMPLES = Path(__file__).parents[2] / "examples"
PLAIN = "Is CAR-T cell therapy available for MDS"


def over_kafka(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    place = ["--bootstrap", bootstrap_of(stack.local)]
    return subprocess.run(
        [sys.executable, EXAMPLES / "kafka" / "ask.py", *place, *arguments],
        env=stack.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def over_http(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    script, [question, *more] = EXAMPLES / "typescript" / "show.ts", arguments
    return installed.run(str(script), question, stack.url, *more)


def test_a_frontend_asks_over_http_and_verifies(stack: Stack):
    ran = over_http(stack, PLAIN)

    assert ran.returncode == 0, ran.stderr
    assert f"{PLAIN}?" in ran.stdout
    assert "[1] " in ran.stdout


def test_a_frontend_shows_whom_to_call_first(stack: Stack):
    ran = over_http(stack, "My husband has chest pain and is sweating")

    assert ran.returncode == 0, ran.stderr
    assert "911" in ran.stdout


def test_a_backend_asks_over_kafka_and_verifies(stack: Stack):
    ran = over_kafka(stack, PLAIN)

    assert ran.returncode == 0, ran.stderr
    assert f"{PLAIN}?" in ran.stdout
    assert "[1] " in ran.stdout


def test_a_backend_learns_whom_to_call_in_its_region(stack: Stack):
    ran = over_kafka(stack, "My husband has chest pain and is sweating", "--region", "GB")

    assert ran.returncode == 0, ran.stderr
    assert "999" in ran.stdout
    assert "911" not in ran.stdout


def test_a_backend_shows_nothing_that_its_keys_did_not_sign(stack: Stack):
    of_samples = EXAMPLES.parent / "caveat" / "samples" / "jwks.json"

    ran = over_kafka(stack, PLAIN, "--jwks", str(of_samples))

    assert (ran.returncode, ran.stdout) == (5, "")
    assert "does not verify" in ran.stderr


@pytest.mark.parametrize("principal", ["auditor"])
def test_nobody_asks_with_the_rights_of_a_service(stack: Stack, principal: str):
    password = stack.local.passwords / principal
    assert principal != CLIENT

    ran = over_kafka(stack, PLAIN, "--user", principal, "--password-file", str(password))

    assert ran.returncode != 0
    assert ran.stdout == ""
