"""The workloads agree with the map, with each service's settings, and with what its image does."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from caveat import attestation
from caveat.authority import group_of
from caveat.cli.plan import PEERS, SINGLE
from caveat.pipeline import HOT_PARTITIONS, SERVICES, STAGE
from tests.contract.deploy import recipe
from tests.contract.deploy.given import PROGRAMS, settings_of, unknown
from tests.contract.deploy.manifests import (
    BASE,
    NAME,
    VARIANTS,
    Manifest,
    base,
    documents,
    environment,
    main_container,
    of_kind,
    pod_of,
    variant,
    workloads,
)

STAGES = recipe.stages(recipe.DOCKERFILE.read_text(encoding="utf-8"))
IN_A_GROUP = tuple(name for name in SERVICES if name != "gateway")
SCALED = tuple(name for name in SERVICES if name not in SINGLE)
STORES = {"guard", "auditor", "gateway"}


@pytest.mark.parametrize("name", SERVICES)
def test_one_file_holds_all_of_a_service_in_one_order(name: str) -> None:
    kinds = [manifest["kind"] for manifest in documents(BASE / f"{name}.yaml")]

    order = ["StatefulSet", "Service", "PodDisruptionBudget", "ScaledObject",
             "TriggerAuthentication"]  # fmt: skip
    if name == "gateway":
        order = ["Deployment", *order[1:4]]
    assert kinds == (order if name in SCALED else order[:3])
    assert {m["metadata"]["name"] for m in documents(BASE / f"{name}.yaml")} == {name}


# --- settings ---


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("of", VARIANTS)
def test_a_program_starts_with_the_settings_that_it_is_given(
    of: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = variant(of)
    given = environment(main_container(workloads(found)[name]), found)
    variables = recipe.variables(STAGES, name) | given

    shared, own = settings_of(name, variables, monkeypatch)

    assert unknown(name, variables) == set()
    assert shared.kafka_user == name
    assert shared.kafka_protocol == "sasl_ssl"
    assert shared.instance == (f"{name}-0" if name in SERVICES else "1")
    for peer in PEERS.get(name, ()):
        service = of_kind(found, "Service")[peer]
        assert getattr(own, peer) == f"{peer}:{service['spec']['ports'][0]['port']}"
    if name in STORES:
        assert own.store.startswith("postgresql://") is (of != "dev")
        assert (own.store_password_file is None) is (of == "dev")
    if name == "generator":
        assert (own.model_url is not None) is (of == "model")


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("of", VARIANTS)
def test_every_file_that_a_setting_names_is_mounted(of: str, name: str) -> None:
    found = variant(of)
    workload = workloads(found)[name]
    mounted = files(workload)

    for variable, value in environment(main_container(workload), found).items():
        if variable.endswith("_FILE"):
            assert value in mounted, variable


def files(workload: Manifest) -> dict[str, str]:
    """Return the files of secrets and configuration in a pod, with where each comes from."""
    volumes = {volume["name"]: volume for volume in pod_of(workload)["volumes"]}
    found = {}
    for mount in main_container(workload)["volumeMounts"]:
        volume = volumes.get(mount["name"], {})
        secret, config = volume.get("secret"), volume.get("configMap")
        if secret is not None:
            for each in secret["items"]:
                found[f"{mount['mountPath']}/{each['path']}"] = secret["secretName"]
        if config is not None:
            found[f"{mount['mountPath']}/*"] = config["name"]
    return found


def test_a_key_is_where_it_is_used_and_nowhere_else() -> None:
    found = {name: files(workload) for name, workload in workloads(base()).items()}

    assert {n for n, f in found.items() if "guard-keys" in f.values()} == {"guard"}
    assert {n for n, f in found.items() if "auditor-keys" in f.values()} == {"auditor"}
    assert {n for n, f in found.items() if "public-keys" in f.values()} == {
        "renderer", "auditor", "gateway",
    }  # fmt: skip
    for name, mounted in found.items():
        users = {source for source in mounted.values() if source.startswith("kafka-user-")}
        assert users == {f"kafka-user-{name}"}


@pytest.mark.parametrize("name", ["guard", "auditor", "renderer", "gateway"])
def test_the_keys_that_are_mounted_are_those_that_are_read(name: str, tmp_path: Path) -> None:
    made, seen = tmp_path / "made", tmp_path / "keys"
    attestation.create_keys(made)
    for file in files(workloads(base())[name]):
        if file.startswith("/keys/"):
            for source in made.glob(file.removeprefix("/keys/")):
                target = seen / source.relative_to(made)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(source.read_bytes())

    for read in READ_BY[name]:
        assert read(seen) == read(made)


def signing_key(keys: Path) -> str:
    return attestation.load_signer(keys).key_id


def trusted_keys(keys: Path) -> set[str]:
    return set(attestation.load_verifier(keys).keys)


def key_of_the_log(keys: Path) -> str:
    return attestation.load_auditor_key(keys).vkey


READ_BY: dict[str, tuple[Callable[[Path], object], ...]] = {
    "guard": (signing_key, attestation.load_drafts_key),
    "auditor": (trusted_keys, key_of_the_log),
    "renderer": (trusted_keys,),
    "gateway": (trusted_keys,),
}


def test_addresses_are_written_once() -> None:
    for name in PROGRAMS:
        text = (BASE / f"{name}.yaml").read_text(encoding="utf-8")
        assert re.findall(r"(?:value|host): \S+:\d{2,5}\b", text) == []
        assert ".svc" not in text


# --- pods ---


@pytest.mark.parametrize("name", PROGRAMS)
def test_probes_ask_the_port_of_the_probes(name: str) -> None:
    container = main_container(workloads(base())[name])
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    variables = recipe.variables(STAGES, name)

    assert ports["probes"] == int(variables[f"CAVEAT_{name.upper()}_PROBE_PORT"])
    for probe, path in (("startupProbe", "/livez"), ("livenessProbe", "/livez")):
        assert container[probe]["httpGet"] == {"path": path, "port": "probes"}
    start = container["startupProbe"]
    assert start["periodSeconds"] * start["failureThreshold"] >= 60
    if name == "gateway":
        # It says 503, and whom to call, while Kafka is away: it has to be reached then.
        assert container["readinessProbe"]["tcpSocket"] == {"port": "http"}
        assert ports["http"] == int(variables["CAVEAT_GATEWAY_HTTP_PORT"])
    else:
        assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "probes"}
        grpc = variables.get(f"CAVEAT_{name.upper()}_GRPC_PORT")
        assert ports.get("grpc") == (int(grpc) if grpc else None)


def test_the_corpus_is_built_where_the_retriever_reads_it() -> None:
    pod = pod_of(workloads(base())["retriever"])
    [corpus], [retriever] = pod["initContainers"], pod["containers"]
    home = recipe.variables(STAGES, "cli")["CAVEAT_HOME"]

    assert corpus["args"] == ["corpus", "build"]
    for container in (corpus, retriever):
        assert {"name": "data", "mountPath": home} in container["volumeMounts"]


def test_a_service_keeps_its_name_over_restarts_where_a_group_knows_it() -> None:
    found = workloads(base())

    assert {name for name, w in found.items() if w["kind"] == "StatefulSet"} == set(IN_A_GROUP)
    for name in IN_A_GROUP:
        assert found[name]["spec"]["serviceName"] == name
        assert group_of(name)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_found_by_its_name(name: str) -> None:
    service = of_kind(base(), "Service")[name]["spec"]

    assert service["selector"] == {NAME: name}
    # A pod that waits for a peer is not ready; the guard's must screen questions all the same.
    assert service.get("publishNotReadyAddresses", False) is (name != "gateway")
    budget = of_kind(base(), "PodDisruptionBudget")[name]["spec"]
    assert budget == {"maxUnavailable": 1, "selector": {"matchLabels": {NAME: name}}}


# --- scaling ---


@pytest.mark.parametrize("name", SCALED)
def test_a_stage_is_scaled_on_its_lag(name: str) -> None:
    scaled = of_kind(base(), "ScaledObject")[name]["spec"]

    workload = workloads(base())[name]
    assert scaled["scaleTargetRef"] == {
        "apiVersion": workload["apiVersion"], "kind": workload["kind"], "name": name,
    }  # fmt: skip
    assert "replicas" not in workload["spec"]  # the scaler's, and `apply` must not undo it
    assert (scaled["minReplicaCount"], scaled["cooldownPeriod"]) == (1, 300)
    if name == "gateway":
        assert [trigger["type"] for trigger in scaled["triggers"]] == ["cpu"]
        return
    assert scaled["maxReplicaCount"] == HOT_PARTITIONS
    watched = [trigger["metadata"] for trigger in scaled["triggers"]]
    assert [each["topic"] for each in watched] == list(STAGE[name].consumes)
    assert {each["consumerGroup"] for each in watched} == {group_of(name)}
    for trigger in scaled["triggers"]:
        assert trigger["authenticationRef"] == {"name": name}


@pytest.mark.parametrize("name", [name for name in SCALED if name != "gateway"])
def test_the_scaler_signs_in_as_the_service(name: str) -> None:
    spec = of_kind(base(), "TriggerAuthentication")[name]["spec"]
    variables = environment(main_container(workloads(base())[name]), base())

    [username] = spec["env"]
    assert (username["parameter"], variables[username["name"]]) == ("username", name)
    assert username["containerName"] == main_container(workloads(base())[name])["name"]
    assert {s["parameter"]: (s["name"], s["key"]) for s in spec["secretTargetRef"]} == {
        "password": (f"kafka-user-{name}", "password"),
        "ca": ("kafka-cluster-ca-cert", "ca.crt"),
    }
    metadata = of_kind(base(), "ScaledObject")[name]["spec"]["triggers"][0]["metadata"]
    assert metadata["bootstrapServersFromEnv"] in variables


@pytest.mark.parametrize("of", VARIANTS)
def test_one_log_has_one_writer(of: str) -> None:
    for name in SINGLE:
        assert workloads(variant(of))[name]["spec"]["replicas"] == 1
        assert name not in of_kind(variant(of), "ScaledObject")


def test_development_keeps_what_was_decided() -> None:
    for name in ("guard", "auditor"):
        claims = workloads(variant("dev"))[name]["spec"]["volumeClaimTemplates"]
        assert [claim["metadata"]["name"] for claim in claims] == ["data"]
    assert of_kind(variant("dev"), "ScaledObject", "PodDisruptionBudget") == {}


def test_production_has_two_of_each() -> None:
    scaled = of_kind(variant("prod"), "ScaledObject").values()

    assert {each["spec"]["minReplicaCount"] for each in scaled} == {2}
    for workload in workloads(variant("prod")).values():
        assert main_container(workload)["image"].startswith("registry.example/caveat-")
