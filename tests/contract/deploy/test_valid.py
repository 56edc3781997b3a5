"""Every manifest is what Kubernetes and the operators expect, and every name leads somewhere."""

import copy
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from caveat import pipeline
from caveat.authority import PRINCIPALS, grants
from tests.contract.deploy.manifests import (
    BASE,
    K8S,
    ROOT,
    VARIANTS,
    Manifest,
    base,
    containers,
    of_kind,
    pod_of,
    variant,
    workloads,
)
from tests.contract.test_docs import a_script

OLDEST, NEWEST = "1.30", kubernetes_validate.latest_version()
SCHEMAS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "schemas.yaml").read_text())

manifests = a_script("manifests")


@cache
def check_own_kind(manifest: str, version: str) -> None:
    """Hold a manifest against Kubernetes itself, once: it takes a while, and variants are alike."""
    kubernetes_validate.validate(json.loads(manifest), version, strict=True)


def check(manifest: Manifest, version: str = NEWEST) -> None:
    """Hold a manifest against the schema of its kind, without room for unknown fields."""
    kind = f"{manifest['apiVersion']} {manifest['kind']}"
    if kind not in SCHEMAS:
        check_own_kind(json.dumps(manifest, sort_keys=True), version)
        return
    jsonschema.validate(manifest["spec"], SCHEMAS[kind] | {"$defs": SCHEMAS["$defs"]})


@pytest.mark.parametrize("name", VARIANTS)
def test_every_manifest_is_valid(name: str) -> None:
    for manifest in variant(name):
        check(manifest)


def test_the_oldest_kubernetes_knows_every_field() -> None:
    for manifest in base():
        check(manifest, OLDEST)


def test_every_kind_is_checked_by_a_mutant() -> None:
    one_of_each = {f"{m['apiVersion']} {m['kind']}": m for m in base()}

    assert set(SCHEMAS) - {"$defs"} <= set(one_of_each)
    for manifest in one_of_each.values():
        mutant = copy.deepcopy(manifest)
        mutant.get("spec", mutant)["mispelt"] = True
        with pytest.raises((jsonschema.ValidationError, kubernetes_validate.ValidationError)):
            check(mutant)


def test_the_base_lists_every_file() -> None:
    listed = yaml.safe_load((BASE / "kustomization.yaml").read_text())["resources"]

    assert set(listed) == {p.name for p in BASE.glob("*.yaml")} - {"kustomization.yaml"}


@pytest.mark.parametrize("overlay", ["dev", "prod"])
def test_overlays_hold_patches_only(overlay: str) -> None:
    folder = K8S / "overlays" / overlay
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text())

    assert kustomization["resources"] == ["../../base"]
    patched = {patch["path"] for patch in kustomization["patches"] if "path" in patch}
    assert patched == {p.name for p in folder.iterdir()} - {"kustomization.yaml"}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_kafka_topic_and_user_is_there(name: str) -> None:
    found = variant(name)

    topics = {
        name: (topic["spec"]["partitions"], topic["spec"]["config"]["retention.ms"])
        for name, topic in of_kind(found, "KafkaTopic").items()
    }
    assert topics == {s.name: (s.partitions, s.retention_ms) for s in pipeline.topics()}
    given = {
        (user, operation.upper(), acl["resource"]["type"].upper(), acl["resource"].get("name"))
        for user, manifest in of_kind(found, "KafkaUser").items()
        for acl in manifest["spec"]["authorization"]["acls"]
        for operation in acl["operations"]
    }
    assert given == {
        (g.principal, g.operation, g.resource, None if g.resource == "CLUSTER" else g.name)
        for g in grants()
    }
    assert set(of_kind(found, "KafkaUser")) == set(PRINCIPALS)


def test_a_topic_has_as_many_copies_as_there_are_brokers() -> None:
    for name in VARIANTS:
        found = variant(name)
        brokers = of_kind(found, "KafkaNodePool")["broker"]["spec"]["replicas"]
        for topic in of_kind(found, "KafkaTopic").values():
            spec = topic["spec"]
            assert spec["replicas"] == brokers
            assert spec["config"]["min.insync.replicas"] == brokers // 2 + 1


@pytest.mark.parametrize("name", VARIANTS)
def test_whatever_a_pod_names_is_made_by_somebody(name: str) -> None:
    found = variant(name)
    readme = (K8S / "README.md").read_text(encoding="utf-8")
    by_hand = set(re.findall(r"create (?:secret generic|configmap) ([a-z-]+)", readme))
    by_strimzi = {"kafka-cluster-ca-cert"} | {f"kafka-user-{p}" for p in PRINCIPALS}
    ours = set(of_kind(found, "ConfigMap"))

    for workload in workloads(found).values():
        pod = pod_of(workload)
        for volume in pod["volumes"]:
            secret = volume.get("secret", {}).get("secretName")
            config = volume.get("configMap", {}).get("name")
            assert {secret, config} - {None} <= by_hand | by_strimzi | ours, volume
        mounted = {v["name"] for v in pod["volumes"]}
        mounted |= {c["metadata"]["name"] for c in workload["spec"].get("volumeClaimTemplates", ())}
        for container in containers(pod):
            assert {mount["name"] for mount in container["volumeMounts"]} <= mounted


# --- what is generated ---


def test_generated_manifests_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert manifests.main(["--check"]) == 0, capsys.readouterr().err


def test_names_a_stale_manifest_and_mends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert manifests.main([], tmp_path) == 0
    users = tmp_path / "users.yaml"
    users.write_text(users.read_text().replace("- Read", "- Write", 1))

    assert manifests.main(["--check"], tmp_path) == 1
    assert "users.yaml differs from its source: run scripts/manifests" in capsys.readouterr().err
    assert manifests.main([], tmp_path) == 0
    assert manifests.main(["--check"], tmp_path) == 0
    assert users.read_text() == (BASE / "users.yaml").read_text()


def test_generated_manifests_say_so() -> None:
    for name in manifests.FILES:
        first = (BASE / name).read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# Written by scripts/manifests from ")
    assert "scripts/manifests --check" in (ROOT / "scripts" / "check").read_text(encoding="utf-8")
