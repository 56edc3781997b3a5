"""Every pod of every variant is restricted, and each rule has been seen to fail."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.deploy.given import PROGRAMS
from tests.contract.deploy.manifests import VARIANTS, Manifest, base, of_kind, pod_of, workloads
from tests.contract.deploy.manifests import variant as the_variant
from tests.contract.deploy.restricted import RULES, faults

Mutation = Callable[[Manifest], Any]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_pod_is_restricted(variant: str) -> None:
    found = workloads(the_variant(variant))

    assert {name: faults(pod_of(workload)) for name, workload in found.items()} == {
        name: [] for name in found
    }
    assert set(found) == set(PROGRAMS)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_namespace_refuses_other_pods(variant: str) -> None:
    [namespace] = of_kind(the_variant(variant), "Namespace").values()

    for what in ("enforce", "audit", "warn"):
        label = f"pod-security.kubernetes.io/{what}"
        assert namespace["metadata"]["labels"][label] == "restricted"


def one(pod: Manifest) -> Manifest:
    container: Manifest = pod["containers"][0]
    return container


def first(pod: Manifest) -> Manifest:
    container: Manifest = pod["initContainers"][0]
    return container


def put(place: Manifest, **changes: Any) -> None:
    place.update(changes)


MUTATIONS: dict[str, tuple[Mutation, str]] = {
    "root": (lambda p: put(p["securityContext"], runAsUser=0), "runs as root"),
    "perhaps root": (lambda p: p["securityContext"].pop("runAsNonRoot"), "may run as root"),
    "no number": (lambda p: p["securityContext"].pop("runAsUser"), "may run as root"),
    "root inside": (lambda p: put(one(p)["securityContext"], runAsUser=0), "runs as root"),
    "no seccomp": (lambda p: p["securityContext"].pop("seccompProfile"), "has no seccomp profile"),
    "unconfined": (
        lambda p: put(first(p)["securityContext"], seccompProfile={"type": "Unconfined"}),
        "has no seccomp profile",
    ),
    "escalation": (
        lambda p: one(p)["securityContext"].pop("allowPrivilegeEscalation"),
        "retriever may gain rights",
    ),
    "capabilities": (
        lambda p: put(first(p)["securityContext"], capabilities={"drop": ["ALL"], "add": ["KILL"]}),
        "corpus has capabilities",
    ),
    "privilege": (
        lambda p: put(one(p)["securityContext"], privileged=True),
        "retriever is privileged",
    ),
    "writable root": (
        lambda p: put(first(p)["securityContext"], readOnlyRootFilesystem=False),
        "corpus can write its root",
    ),
    "writable secret": (
        lambda p: [put(mount, readOnly=False) for mount in one(p)["volumeMounts"]],
        "retriever mounts kafka-user writable",
    ),
    "host network": (lambda p: put(p, hostNetwork=True), "uses hostNetwork"),
    "host folder": (
        lambda p: p["volumes"].append({"name": "node", "hostPath": {"path": "/"}}),
        "mounts hostPath",
    ),
    "host port": (lambda p: put(one(p)["ports"][0], hostPort=1), "retriever uses hostPort"),
    "token": (lambda p: p.pop("automountServiceAccountToken"), "holds a token"),
    "links": (lambda p: p.pop("enableServiceLinks"), "is told of services by variables"),
    "no limit": (lambda p: one(p)["resources"].pop("limits"), "retriever has no limits"),
    "no size": (lambda p: put(p["volumes"][0], emptyDir={}), "data has no limit"),
    "hasty": (lambda p: put(p, terminationGracePeriodSeconds=14), "is killed too soon"),
    "moving tag": (lambda p: put(first(p), image="x/caveat-cli:latest"), "corpus is not pinned"),
    "no tag": (lambda p: put(one(p), image="here:5000/caveat"), "retriever is not pinned"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_each_rule_finds_its_fault(name: str) -> None:
    mutate, fault = MUTATIONS[name]
    pod = copy.deepcopy(pod_of(workloads(base())["retriever"]))
    assert faults(pod) == []

    mutate(pod)

    assert fault in faults(pod)


def test_every_rule_has_a_mutation() -> None:
    found = set()
    for mutate, _ in MUTATIONS.values():
        pod = copy.deepcopy(pod_of(workloads(base())["retriever"]))
        mutate(pod)
        found |= {rule.__name__ for rule in RULES if list(rule(pod))}

    assert found == {rule.__name__ for rule in RULES}
