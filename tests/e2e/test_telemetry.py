"""What a running stack exposes is what telemetry.yaml says, and what the dashboards ask for."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from caveat.pipeline import SERVICES
from tests.e2e.asking import Asking
from tests.e2e.conftest import Stack
from tests.integration.broker import a_free_port
from tests.observability import ROOT, expressions, names_in, program

TOLD = yaml.safe_load((ROOT / "telemetry.yaml").read_text(encoding="utf-8"))["metrics"]
CANARIES = ("zanzibarine", "Quellmann", "canary@example.org")
LONGEST_LABEL = 64

Scrape = dict[str, list[Any]]
"""The families of samples that each program exposes."""


@pytest.fixture(scope="module")
def asked(stack: Stack) -> Stack:
    """The stack after questions that end in different ways, with words that must stay inside."""
    asking = Asking(stack)
    for text in (
        "Is CAR-T cell therapy available for MDS",
        "I have crushing chest pain and I cannot breathe",
        f"Does {CANARIES[0]} help with MDS? I am {CANARIES[1]}, {CANARIES[2]}",
    ):
        asking.answer(text)
    return stack


@pytest.fixture(scope="module")
def scraped(asked: Stack) -> Scrape:
    return {
        each.name: list(text_string_to_metric_families(_metrics(each.probe_port)))
        for each in asked.plan.programs
    }


def _metrics(port: int) -> str:
    return httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text


def of_ours(families: list[Any]) -> set[str]:
    """Name our metrics as telemetry.yaml does, without the times that the client adds to each."""
    suffix = {"counter": "_total"}
    named = (family for family in families if family.name.startswith("caveat"))
    ours = (family for family in named if not family.name.endswith("_created"))
    return {f"{family.name}{suffix.get(family.type, '')}" for family in ours}


def test_every_program_exposes_what_is_told_of_it_and_nothing_else(scraped: Scrape) -> None:
    def exposing(metric: dict[str, Any]) -> set[str]:
        many = {"services": set(SERVICES), "all": set(scraped)}
        return many.get(str(metric["by"]), set(metric["by"]))

    told = {name: {m["name"] for m in TOLD if name in exposing(m)} for name in scraped}

    assert {name: of_ours(families) for name, families in scraped.items()} == told


def test_labels_are_those_that_are_told_with_few_values_and_no_ids_or_words(
    scraped: Scrape,
) -> None:
    labels = {m["name"].removesuffix("_total"): set(m["labels"]) for m in TOLD}
    an_id = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|(ans|psg|src|dec)_|[0-9a-f]{16}")

    for families in scraped.values():
        for family in (f for f in families if f.name.startswith("caveat")):
            series = [s for s in family.samples if not s.name.endswith(("_bucket", "_created"))]
            assert len(series) <= 200, f"{family.name} has {len(series)} series"
            for sample in series:
                assert set(sample.labels) == labels[family.name], sample
                for value in sample.labels.values():
                    assert len(value) <= LONGEST_LABEL
                    assert not an_id.search(value), sample


def test_no_word_of_a_question_is_exposed(asked: Stack) -> None:
    for each in asked.plan.programs:
        exposed = _metrics(each.probe_port).casefold()
        assert not [word for word in CANARIES if word.casefold() in exposed], each.name


def test_the_dashboards_ask_for_what_is_there(scraped: Scrape) -> None:
    there: dict[str, set[str]] = {"up": {"job", "program"}}
    for families in scraped.values():
        for sample in (sample for family in families for sample in family.samples):
            there.setdefault(sample.name, {"job", "program", "instance"}).update(sample.labels)

    for place, expression in expressions().items():
        names = names_in(expression)
        assert names.metrics <= there.keys() | place
        known = set().union(*(there.get(name, {"instance"}) for name in names.metrics))
        assert names.labels <= known, place


# --- with a real Prometheus ---


@pytest.fixture(scope="module")
def prometheus(asked: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A Prometheus that watches the stack with our rules, looking every second."""
    folder, port = tmp_path_factory.mktemp("prometheus"), a_free_port()
    told = asked.caveat("config", "prometheus")
    assert told.returncode == 0, told.stderr
    config = json.loads(told.stdout)
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    (folder / "prometheus.yaml").write_text(json.dumps(config))
    running = _start(folder, port)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", trust_env=False) as client:
            yield client
    finally:
        running.terminate()
        running.wait(30)


def _start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    command = [
        program("prometheus"),
        f"--config.file={folder}/prometheus.yaml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


def _answer(client: httpx.Client, path: str, **asked: str) -> Any:
    """Ask Prometheus, which may still be starting."""
    try:
        return client.get(path, params=asked).json()["data"]
    except (httpx.TransportError, ValueError):
        return {}


def test_prometheus_runs_our_rules_and_draws_our_panels(
    prometheus: httpx.Client, asked: Stack
) -> None:
    open_panels = expressions()
    deadline = time.monotonic() + 120
    while open_panels and time.monotonic() < deadline:
        Asking(asked).answer("What is MDS?")  # a rate needs something that rises
        time.sleep(1)
        for place, expression in list(open_panels.items()):
            if _answer(prometheus, "/query", query=expression).get("result"):
                del open_panels[place]
    groups = _answer(prometheus, "/rules")["groups"]
    found = [rule for group in groups for rule in group["rules"]]

    assert open_panels == {}
    assert len(found) > 20
    assert [
        (rule["name"], rule.get("lastError")) for rule in found if rule["health"] == "err"
    ] == []
