"""In a cluster the rules and dashboards of deploy/observability find what they know."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from caveat.authority import OBSERVER
from tests.contract.deploy.given import PROGRAMS, settings_of
from tests.contract.deploy.manifests import (
    BASE,
    Manifest,
    base,
    documents,
    environment,
    main_container,
    of_kind,
    variant,
    workloads,
)
from tests.contract.deploy.recipe import DOCKERFILE, stages, variables
from tests.observability import FOLDER, RULES, rules

STAGES = stages(DOCKERFILE.read_text(encoding="utf-8"))
EXAMPLE = yaml.safe_load((FOLDER / "prometheus.yaml").read_text(encoding="utf-8"))


def monitor() -> Manifest:
    [found] = of_kind(base(), "PodMonitor").values()
    spec: Manifest = found["spec"]
    return spec


def targets() -> Iterator[dict[str, str]]:
    """Label each pod that is scraped, as Prometheus would."""
    [endpoint] = monitor()["podMetricsEndpoints"]
    for name, workload in workloads(base()).items():
        metadata = workload["spec"]["template"]["metadata"]
        if not monitor()["selector"]["matchLabels"].items() <= metadata["labels"].items():
            continue
        ports = {port["name"] for port in main_container(workload)["ports"]}
        assert endpoint["port"] in ports, name
        told = {f"__meta_kubernetes_pod_label_{_safe(key)}": value
                for key, value in metadata["labels"].items()}  # fmt: skip
        labels = {"job": "caveat/caveat"}  # the operator's: namespace and name of the monitor
        for step in endpoint["relabelings"]:
            labels[step["targetLabel"]] = _relabelled(step, told)
        yield labels


def _safe(key: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in key)


def _relabelled(step: Mapping[str, Any], told: Mapping[str, str]) -> str:
    taken = ";".join(told.get(name, "") for name in step.get("sourceLabels", ()))
    return str(step.get("replacement", "$1")).replace("$1", taken)


def test_every_program_is_scraped_under_the_labels_that_the_rules_know() -> None:
    [job] = EXAMPLE["scrape_configs"]
    example = [{"job": job["job_name"], **each["labels"]} for each in job["static_configs"]]

    found = sorted(targets(), key=str)

    assert found == sorted(example, key=str)
    assert {labels["program"] for labels in found} == set(PROGRAMS)


def test_an_alert_asks_for_every_target_by_these_labels() -> None:
    [absent] = [r["expr"] for r in rules() if r.get("alert") == "CaveatServiceAbsent"]

    for labels in targets():
        assert f'absent(up{{job="{labels["job"]}",program="{labels["program"]}"}})' in absent


@pytest.mark.parametrize("of", ["base", "prod"])
def test_the_rules_of_a_cluster_are_those_that_are_tested(of: str) -> None:
    found = {name: each["spec"] for name, each in of_kind(variant(of), "PrometheusRule").items()}

    assert found == {p.stem: yaml.safe_load(p.read_text(encoding="utf-8")) for p in RULES}


def test_development_watches_nothing() -> None:
    assert of_kind(variant("dev"), "PodMonitor", "PrometheusRule") == {}


# --- the observer ---


def test_the_observer_is_one_and_nobody_calls_it() -> None:
    [observer] = documents(BASE / "observer.yaml")

    assert (observer["kind"], observer["metadata"]["name"]) == ("Deployment", OBSERVER)
    assert observer["spec"]["replicas"] == 1
    assert observer["spec"]["strategy"] == {"type": "Recreate"}  # no two at once
    assert OBSERVER not in of_kind(base(), "Service", "ScaledObject")


def test_the_observer_holds_nothing_but_its_own_password() -> None:
    volumes = workloads(base())[OBSERVER]["spec"]["template"]["spec"]["volumes"]

    assert [volume["secret"]["secretName"] for volume in volumes] == [
        "kafka-user-observer", "kafka-cluster-ca-cert",
    ]  # fmt: skip


# --- limits on clients ---


@pytest.mark.parametrize(
    ("of", "rates", "trusts"),
    [("base", (60, 600, 60), False), ("dev", (0, 0, 0), False), ("prod", (60, 600, 60), True)],
)
def test_clients_are_limited_where_somebody_tells_them_apart(
    of: str, rates: tuple[int, int, int], trusts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = variant(of)
    gateway = main_container(workloads(found)["gateway"])
    given = variables(STAGES, "gateway") | environment(gateway, found)

    _, own = settings_of("gateway", given, monkeypatch)

    assert (own.rates.posts, own.rates.gets, own.rates.events) == rates
    assert bool(own.proxies.networks) is trusts
