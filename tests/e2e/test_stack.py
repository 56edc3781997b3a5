import json
import os
import signal
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from caveat.attestation import load_verifier
from caveat.cli.probing import readiness, taken
from caveat.cli.stack import down
from caveat.cli.verification import verify_envelope
from caveat.pipeline import SERVICES, STAGES
from tests.e2e.conftest import BringUp, Stack

QUESTION = "Is CAR-T cell therapy available for MDS"
EMERGENCY = "I have crushing chest pain and I cannot breathe"


def ask_over_http(stack: Stack, text: str) -> dict[str, Any]:
    """Ask, wait, and fetch the envelope."""
    with httpx.Client(base_url=stack.url, trust_env=False, timeout=30) as client:
        accepted = client.post(
            "/v1/questions",
            json={"text": text, "region": "US"},
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
        assert accepted.status_code == 202
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            standing = client.get(accepted.headers["Location"]).json()
            if standing["status"] == "done":
                return dict(client.get(standing["links"]["answer"]).json())
            time.sleep(0.05)
    pytest.fail(f"no answer in a minute: {standing}")


def test_answers_over_http_with_a_signature_that_holds(stack: Stack):
    envelope = ask_over_http(stack, QUESTION)

    verification = verify_envelope(envelope, load_verifier(stack.local.keys))
    assert verification.holds, verification.first_fault
    assert envelope["answer"]["status"] == "published"
    assert envelope["answer"]["question"]["text"] == QUESTION


def test_answers_on_the_command_line_and_keeps_what_it_printed(stack: Stack, tmp_path: Path):
    saved = tmp_path / "answer.json"

    asked = stack.caveat("ask", QUESTION, "--region", "US", "--save", str(saved))

    assert asked.returncode == 0, asked.stderr
    document = json.loads(saved.read_text())["answer"]
    assert document["title"] in asked.stdout
    assert document["guard"]["decision_id"] in asked.stderr
    assert "Verified: signed by key" in asked.stderr

    offline = stack.caveat("verify", str(saved))
    assert (offline.returncode, offline.stdout.count("ok ")) == (0, 5)
    piped = stack.caveat("verify", "-", typed=saved.read_text().replace("MDS", "MSD"))
    assert piped.returncode == 5
    by_id = stack.caveat("verify", document["id"], "--json")
    assert json.loads(by_id.stdout)["holds"]


def test_refuses_an_emergency_with_its_own_exit_status(stack: Stack):
    asked = stack.caveat("ask", EMERGENCY, "--json")

    assert asked.returncode == 3, asked.stderr
    document = json.loads(asked.stdout)["answer"]
    assert (document["status"], document["status_reason"]) == ("refused", "emergency")
    assert document["care"]["contacts"]


def test_says_what_is_wrong_with_a_question_in_one_line(stack: Stack):
    asked = stack.caveat("ask", "?")

    assert asked.returncode == 2
    assert asked.stdout == ""
    assert asked.stderr.startswith("caveat: ")
    assert asked.stderr.count("\n") == 1


def test_shows_the_way_of_a_question_through_all_stages(stack: Stack):
    document = ask_over_http(stack, QUESTION)["answer"]
    wanted = {stage.name for stage in STAGES}

    deadline = time.monotonic() + 15  # spans are written in batches
    services: set[str] = set()
    while services != wanted and time.monotonic() < deadline:
        shown = stack.caveat("show", document["question_id"], "--trace", "--json")
        if shown.returncode == 0:
            services = {span["service"] for span in json.loads(shown.stdout)["spans"]}
        time.sleep(0.2)

    assert services == wanted
    by_answer = stack.caveat("show", document["id"], "--trace")
    assert document["trace_id"] in by_answer.stdout
    assert "process caveat.answer.drafted.v1" in by_answer.stdout


def test_tails_a_topic_with_the_signed_document_inside(stack: Stack):
    document = ask_over_http(stack, QUESTION)["answer"]

    tailed = stack.caveat("tail", "answer.guarded", "--from-beginning", "--max", "1")

    assert tailed.returncode == 0, tailed.stderr
    record = json.loads(tailed.stdout)
    assert record["value"]["document"]["schema"] == document["schema"]
    assert record["headers"]["ce_type"] == "caveat.answer.guarded.v1"


def test_status_doctor_and_topics_find_everything_in_order(stack: Stack):
    status = stack.caveat("status", "--json")
    assert status.returncode == 0, status.stdout
    rows = json.loads(status.stdout)
    assert {row["program"] for row in rows} == {*SERVICES, "observer", "kafka"}
    assert sum(row["memory_mib"] for row in rows) < 1536

    doctor = stack.caveat("doctor", "--json")
    assert [c for c in json.loads(doctor.stdout) if not c["ok"]] == []
    assert stack.caveat("topics", "ls").returncode == 0


def test_a_killed_service_is_back_soon_and_nothing_asked_meanwhile_is_lost(stack: Stack):
    pidfile = stack.home / "run" / "router.pid"
    before = int(pidfile.read_text())
    router = next(program for program in stack.plan.services if program.name == "router")

    os.kill(before, signal.SIGKILL)
    envelope = ask_over_http(stack, QUESTION)

    assert envelope["answer"]["status"] == "published"
    assert int(pidfile.read_text()) != before
    assert readiness(router.probe_port).ready


def test_up_on_a_stack_that_is_up_changes_nothing(stack: Stack):
    def pids() -> dict[str, str]:
        return {path.name: path.read_text() for path in (stack.home / "run").glob("*.pid")}

    before = pids()
    again = stack.caveat("up")

    assert again.returncode == 0, again.stderr
    assert "Already up" in again.stderr
    assert pids() == before


def test_a_replica_comes_and_goes_without_touching_the_others(stack: Stack):
    def running() -> set[str]:
        return {row["program"] for row in json.loads(stack.caveat("status", "--json").stdout)}

    guard = (stack.home / "run" / "guard.pid").read_text()
    scaled = stack.caveat("up", "--replicas", "generator=2")
    assert scaled.returncode == 0, scaled.stderr
    assert "generator-2" in running()

    assert stack.caveat("up").returncode == 0
    assert "generator-2" not in running()
    assert (stack.home / "run" / "guard.pid").read_text() == guard


def test_down_leaves_nothing_even_when_the_supervisor_was_killed(bring_up: BringUp, tmp_path: Path):
    stack = bring_up(tmp_path)
    pids = {path.stem: int(path.read_text()) for path in (tmp_path / "run").glob("*.pid")}
    assert set(pids) == {*SERVICES, "observer", "kafka", "supervisord"}
    os.kill(pids["supervisord"], signal.SIGKILL)
    while _alive(pids["supervisord"]):  # the kernel takes its time
        time.sleep(0.01)

    stopped = down(stack.local)

    assert set(stopped) == {*SERVICES, "observer", "kafka"}
    assert [name for name, pid in pids.items() if _alive(pid)] == []
    ports = [port for program in stack.plan.services for port in program.ports]
    assert taken([*ports, *(stack.plan.broker_ports or ())]) == []
    assert list((tmp_path / "run").glob("*.pid")) == []
    assert stack.caveat("status").returncode == 69
    assert stack.caveat("ask", QUESTION).returncode == 69


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_up_with_other_ports_leaves_a_running_stack_alone(stack: Stack):
    elsewhere = stack.environment | {"CAVEAT_PORT_BASE": str(stack.plan.base + 1000)}

    refused = Stack(stack.local, stack.plan, elsewhere).caveat("up")

    assert refused.returncode == 69
    assert f"runs from port {stack.plan.base}" in refused.stderr
    assert "caveat down" in refused.stderr
    assert ask_over_http(stack, QUESTION)["answer"]["status"] == "published"
