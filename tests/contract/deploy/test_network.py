"""Who may speak to whom is what the map says, and nothing else."""

import copy
from typing import Any

import pytest

from caveat.pipeline import STAGES
from tests.contract.deploy.given import PROGRAMS
from tests.contract.deploy.manifests import (
    NAME,
    VARIANTS,
    Manifest,
    base,
    of_kind,
    variant,
    workloads,
)

GRPC, HTTP, PROBES, KAFKA, DATABASE = 7710, 7700, 7720, 9093, 5432
STORES = {"guard", "auditor", "gateway"}

Edge = tuple[str, str, int]
"""From whom, to whom, on which port."""


def policies(manifests: tuple[Manifest, ...]) -> dict[str, Manifest]:
    return {name: p["spec"] for name, p in of_kind(manifests, "NetworkPolicy").items()}


def edges(manifests: tuple[Manifest, ...], way: str) -> set[Edge]:
    """Read the edges of our own pods that the policies allow in one direction."""
    found = set[Edge]()
    for spec in policies(manifests).values():
        for own in selected(spec["podSelector"]) & set(PROGRAMS):
            for rule in spec.get(way, ()):
                for other in others(rule["from" if way == "ingress" else "to"]):
                    ends = (other, own) if way == "ingress" else (own, other)
                    found |= {(*ends, port["port"]) for port in rule["ports"]}
    return found


def selected(selector: Manifest) -> set[str]:
    """Name who is meant by a selector of pods; an empty one means everything of ours."""
    if not selector:
        return set(PROGRAMS)
    if "matchExpressions" in selector:
        [expression] = selector["matchExpressions"]
        assert (expression["key"], expression["operator"]) == (NAME, "In")
        return set(expression["values"])
    labels = selector["matchLabels"]
    return {labels.get(NAME) or "=".join(*labels.items())}


def others(peers: list[Any]) -> set[str]:
    """Name the other ends: a service, a label, a label of a namespace, or a block of addresses."""
    assert peers, "a rule without peers lets everybody in"
    found = set[str]()
    for peer in peers:
        if "ipBlock" in peer:
            found.add(peer["ipBlock"]["cidr"])
        elif "namespaceSelector" in peer:
            found |= {f"ns {key}" for key in peer["namespaceSelector"]["matchLabels"]}
        else:
            found |= selected(peer["podSelector"])
    return found


CALLS = {(stage.name, peer, GRPC) for stage in STAGES for peer in stage.calls}
TO_KAFKA = {(name, "strimzi.io/cluster=kafka", KAFKA) for name in PROGRAMS}
TO_DNS = {(name, "ns kubernetes.io/metadata.name", 53) for name in PROGRAMS}


@pytest.mark.parametrize("name", VARIANTS)
def test_pods_leave_along_the_edges_of_the_map_only(name: str) -> None:
    found = edges(variant(name), "egress")

    outside = {edge for edge in found if "/" in edge[1] and edge[1][0].isdigit()}
    assert found - outside == CALLS | TO_KAFKA | TO_DNS
    databases = {edge[0] for edge in outside if edge[2] == DATABASE}
    assert databases == (set() if name == "dev" else STORES)
    models = {edge[0] for edge in outside if edge[2] != DATABASE}
    assert models == ({"generator"} if name == "model" else set())


@pytest.mark.parametrize("name", VARIANTS)
def test_pods_are_entered_along_the_edges_of_the_map_only(name: str) -> None:
    assert edges(variant(name), "ingress") == (
        CALLS
        | {("ns caveat/metrics", program, PROBES) for program in PROGRAMS}
        | {("ns caveat/gateway", "gateway", HTTP)}
    )


@pytest.mark.parametrize("name", VARIANTS)
def test_everything_else_is_denied_both_ways(name: str) -> None:
    default = policies(variant(name))["default-deny"]

    assert default == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_no_address_outside_is_open_before_an_overlay_names_it() -> None:
    outside = {edge[1] for edge in edges(base(), "egress") if edge[1][0].isdigit()}

    assert outside == {"192.0.2.1/32"}  # of RFC 5737: nobody's


def test_kafka_is_reached_by_our_pods_and_by_named_namespaces() -> None:
    kafka = policies(base())["kafka"]
    [cluster] = of_kind(base(), "Kafka").values()
    [listener] = cluster["spec"]["kafka"]["listeners"]
    ours = [rule for rule in kafka["ingress"] if "ports" in rule]

    assert [rule["from"] for rule in ours] == [listener["networkPolicyPeers"]]
    assert [rule["ports"][0]["port"] for rule in ours] == [listener["port"]] == [KAFKA]
    assert others(ours[0]["from"]) == {"app.kubernetes.io/part-of=caveat", "ns caveat/kafka"}
    assert listener["tls"] is True
    assert listener["authentication"] == {"type": "scram-sha-512"}
    assert cluster["spec"]["kafka"]["authorization"] == {"type": "simple"}


def test_pods_carry_the_labels_that_the_policies_go_by() -> None:
    for name, workload in workloads(base()).items():
        labels = workload["spec"]["template"]["metadata"]["labels"]
        assert labels == {NAME: name, "app.kubernetes.io/part-of": "caveat"}


def test_an_edge_too_many_is_seen() -> None:
    mutant = copy.deepcopy(base())
    policy = of_kind(mutant, "NetworkPolicy")["router"]["spec"]
    policy["egress"].append({"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": [{"port": 443}]})

    assert edges(mutant, "egress") - edges(base(), "egress") == {("router", "0.0.0.0/0", 443)}
