"""Kubernetes' restricted Pod Security, and what we ask of a pod besides."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.contract.deploy.manifests import Manifest, containers

LEAST_GRACE = 15  # seconds: work in flight is finished when a partition is taken away
ALLOWED_VOLUMES = {"configMap", "emptyDir", "persistentVolumeClaim", "projected", "secret"}

Rule = Callable[[Manifest], Iterator[str]]
"""Yields what is wrong with the spec of a pod."""


def not_root(pod: Manifest) -> Iterator[str]:
    """The user is a number, and not 0."""
    for where in (pod, *containers(pod)):
        context = where.get("securityContext", {})
        if context.get("runAsUser", 1) == 0 or context.get("runAsNonRoot") is False:
            yield "runs as root"
    context = pod.get("securityContext", {})
    if context.get("runAsNonRoot") is not True or not context.get("runAsUser"):
        yield "may run as root"


def seccomp(pod: Manifest) -> Iterator[str]:
    """System calls are filtered."""
    for where in (pod, *containers(pod)):
        profile = where.get("securityContext", {}).get("seccompProfile")
        if profile != {"type": "RuntimeDefault"} and (profile is not None or where is pod):
            yield "has no seccomp profile"


def contained(pod: Manifest) -> Iterator[str]:
    """No way to more rights: no escalation, no capability, no privilege."""
    for container in containers(pod):
        context: dict[str, Any] = container.get("securityContext", {})
        if context.get("allowPrivilegeEscalation") is not False:
            yield f"{container['name']} may gain rights"
        if context.get("capabilities") != {"drop": ["ALL"]}:
            yield f"{container['name']} has capabilities"
        if context.get("privileged"):
            yield f"{container['name']} is privileged"


def read_only(pod: Manifest) -> Iterator[str]:
    """The root is read-only, and so is every secret and key."""
    writable = {v["name"] for v in pod["volumes"] if "secret" not in v and "configMap" not in v}
    for container in containers(pod):
        if container.get("securityContext", {}).get("readOnlyRootFilesystem") is not True:
            yield f"{container['name']} can write its root"
        for mount in container["volumeMounts"]:
            named = {v["name"] for v in pod["volumes"]}
            if mount["name"] in named - writable and mount.get("readOnly") is not True:
                yield f"{container['name']} mounts {mount['name']} writable"


def off_the_host(pod: Manifest) -> Iterator[str]:
    """Nothing of the node: no namespace, no port, no folder."""
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(field):
            yield f"uses {field}"
    for volume in pod["volumes"]:
        if kinds := set(volume) - {"name"} - ALLOWED_VOLUMES:
            yield f"mounts {min(kinds)}"
    for container in containers(pod):
        if any("hostPort" in port for port in container.get("ports", ())):
            yield f"{container['name']} uses hostPort"


def unknown_to_kubernetes(pod: Manifest) -> Iterator[str]:
    """No token of the API server, and no variables made from the names of Services."""
    if pod.get("automountServiceAccountToken") is not False:
        yield "holds a token"
    if pod.get("enableServiceLinks") is not False:
        yield "is told of services by variables"


def bounded(pod: Manifest) -> Iterator[str]:
    """Requests and limits are named, also for folders in memory or on the node's disk."""
    for container in containers(pod):
        resources = container.get("resources", {})
        for bound in ("requests", "limits"):
            if {"cpu", "memory"} - set(resources.get(bound, {})):
                yield f"{container['name']} has no {bound}"
    for volume in pod["volumes"]:
        if "emptyDir" in volume and "sizeLimit" not in volume["emptyDir"]:
            yield f"{volume['name']} has no limit"


def ends_in_peace(pod: Manifest) -> Iterator[str]:
    """There is time to finish what is under way."""
    if pod.get("terminationGracePeriodSeconds", 0) < LEAST_GRACE:
        yield "is killed too soon"


def pinned(pod: Manifest) -> Iterator[str]:
    """Images are named with a tag that does not move, or a digest."""
    for container in containers(pod):
        _, _, tag = container["image"].rpartition("/")[2].partition(":")
        if "@sha256:" not in container["image"] and tag in ("", "latest"):
            yield f"{container['name']} is not pinned"


RULES: tuple[Rule, ...] = (
    not_root, seccomp, contained, read_only, off_the_host, unknown_to_kubernetes, bounded,
    ends_in_peace, pinned,
)  # fmt: skip


def faults(pod: Manifest) -> list[str]:
    """List everything that is wrong with the spec of a pod."""
    return [fault for rule in RULES for fault in rule(pod)]
