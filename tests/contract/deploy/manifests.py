"""The manifests and recipes as they are read by the tests: base, built overlays, containers."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
K8S = ROOT / "deploy" / "k8s"
BASE = K8S / "base"
OVERLAYS = ("dev", "prod")
NAME = "app.kubernetes.io/name"

Manifest = dict[str, Any]


@cache
def base() -> tuple[Manifest, ...]:
    """Read what the base's kustomization names, in its order."""
    listed = yaml.safe_load((BASE / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    return tuple(each for name in listed for each in documents(BASE / name))


def documents(path: Path) -> list[Manifest]:
    """Read the documents of a file."""
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


@cache
def built(folder: Path) -> tuple[Manifest, ...]:
    """Build a kustomization, or skip the test where nothing can."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is missing: overlays are not built here")
    done = subprocess.run([kubectl, "kustomize", str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return tuple(yaml.safe_load_all(done.stdout))


@cache
def with_model() -> tuple[Manifest, ...]:
    """Build the production overlay with a model."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()  # kustomize counts its way up from the real one
        named = {
            "resources": [os.path.relpath(K8S / "overlays" / "prod", folder)],
            "components": [os.path.relpath(K8S / "components" / "model", folder)],
        }
        (folder / "kustomization.yaml").write_text(yaml.safe_dump(named))
        return built(folder)


def variant(name: str) -> tuple[Manifest, ...]:
    """Return the manifests of `base`, of an overlay, or of `model`."""
    if name == "base":
        return base()
    return with_model() if name == "model" else built(K8S / "overlays" / name)


VARIANTS = ("base", *OVERLAYS, "model")


def of_kind(manifests: tuple[Manifest, ...], *kinds: str) -> dict[str, Manifest]:
    """Return the manifests of some kinds by name."""
    return {m["metadata"]["name"]: m for m in manifests if m["kind"] in kinds}


def workloads(manifests: tuple[Manifest, ...]) -> dict[str, Manifest]:
    """Return what makes pods, by name."""
    return of_kind(manifests, "StatefulSet", "Deployment", "DaemonSet", "Job", "CronJob")


def pod_of(workload: Manifest) -> Manifest:
    """Return the spec of a workload's pods."""
    spec: Manifest = workload["spec"]["template"]["spec"]
    return spec


def containers(pod: Manifest) -> Iterator[Manifest]:
    """List every container of a pod."""
    yield from pod.get("initContainers", ())
    yield from pod["containers"]


def main_container(workload: Manifest) -> Manifest:
    """Return the container that runs the service."""
    [container] = pod_of(workload)["containers"]
    assert isinstance(container, dict)
    return container


def environment(container: Mapping[str, Any], manifests: tuple[Manifest, ...]) -> dict[str, str]:
    """Resolve a container's variables as Kubernetes would."""
    maps = {name: each["data"] for name, each in of_kind(manifests, "ConfigMap").items()}
    resolved = {}
    for variable in container["env"]:
        source = variable.get("valueFrom", {})
        if "configMapKeyRef" in source:
            reference = source["configMapKeyRef"]
            value = maps[reference["name"]][reference["key"]]
        elif "fieldRef" in source:
            assert source["fieldRef"] == {"fieldPath": "metadata.name"}
            value = f"{container['name']}-0"
        else:
            value = variable["value"]
        resolved[variable["name"]] = value
    return resolved
