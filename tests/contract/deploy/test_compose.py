"""compose.yaml runs the services of the map, hardened, each with what is its own."""

from typing import Any

import pytest
import yaml

from caveat.cli.plan import PEERS
from tests.contract.deploy import recipe
from tests.contract.deploy.given import PROGRAMS, settings_of, unknown
from tests.contract.deploy.manifests import ROOT, Manifest

FOLDER = ROOT / "deploy" / "docker"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
POSTGRESQL = yaml.safe_load((FOLDER / "compose.postgresql.yaml").read_text(encoding="utf-8"))
STAGES = recipe.stages(recipe.DOCKERFILE.read_text(encoding="utf-8"))
JOBS = ("keys", "format", "topics", "corpus")
EVERYTHING: dict[str, Manifest] = COMPOSE["services"]


def merged(name: str) -> Manifest:
    """Put the override for PostgreSQL over a service, as compose does."""
    over = POSTGRESQL["services"].get(name, {})
    service = dict(EVERYTHING.get(name, {}))
    service["environment"] = {**service.get("environment", {}), **over.get("environment", {})}
    service["secrets"] = [*service.get("secrets", ()), *over.get("secrets", ())]
    return service


def files(service: Manifest) -> dict[str, str]:
    """Return where each secret of a service is, with the file on this machine behind it."""
    sources = {**COMPOSE["secrets"], **POSTGRESQL["secrets"]}
    found = {}
    for each in service.get("secrets", ()):
        name, target = (each, "") if isinstance(each, str) else (each["source"], each["target"])
        found[target or f"/run/secrets/{name}"] = sources[name]["file"]
    return found


def test_runs_every_program_and_what_they_need() -> None:
    assert set(EVERYTHING) == {*PROGRAMS, *JOBS, "kafka"}
    for name in PROGRAMS:
        assert EVERYTHING[name]["image"].startswith(f"caveat-{name}:")
        assert EVERYTHING[name]["build"]["args"] == {"SERVICE": name}


@pytest.mark.parametrize("service", [*EVERYTHING.values(), POSTGRESQL["services"]["postgresql"]])
def test_everything_is_hardened(service: Manifest) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"].startswith("${CAVEAT_UID:?")
    assert "privileged" not in service
    tag = service["image"].rpartition(":")[2]
    assert tag[0].isdigit()


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_a_program_starts_with_the_settings_that_it_is_given(
    name: str, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = EVERYTHING[name] if store == "sqlite" else merged(name)
    variables = recipe.variables(STAGES, name) | service["environment"]

    shared, own = settings_of(name, variables, monkeypatch)

    assert unknown(name, variables) == set()
    assert (shared.kafka_user, shared.kafka_bootstrap) == (name, "kafka:7792")
    for peer in PEERS.get(name, ()):
        port = recipe.variables(STAGES, peer)[f"CAVEAT_{peer.upper()}_GRPC_PORT"]
        assert getattr(own, peer) == f"{peer}:{port}"
    for variable, value in service["environment"].items():
        if variable.endswith("_FILE"):
            assert value in files(service), variable


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_has_its_own_secrets_only(name: str) -> None:
    owned = {f"./home/keys/private/kafka/{name}"}
    owned |= {
        "guard": {"./home/keys/private/guard.json", "./home/keys/private/drafts.json"},
        "auditor": {"./home/keys/private/auditor.json"},
    }.get(name, set())

    assert set(files(EVERYTHING[name]).values()) == owned
    over = set(files(merged(name)).values()) - owned
    assert over <= {f"./home/keys/private/postgresql/{name}"}
    for volume in EVERYTHING[name].get("volumes", ()):
        assert volume in (f"./home/{name}:/data", "./home/keys/public:/keys/public:ro")


def test_only_the_gateway_is_reached_and_only_from_this_machine() -> None:
    published = {name: s["ports"] for name, s in EVERYTHING.items() if "ports" in s}

    assert published == {"gateway": ["127.0.0.1:7700:7700"]}
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    way_out = {name for name, s in EVERYTHING.items() if "outside" in s.get("networks", ())}
    assert way_out == {"gateway", "generator"}


def test_everything_that_stays_up_tells_whether_it_is_well() -> None:
    for name in (*PROGRAMS, "kafka"):
        assert EVERYTHING[name]["restart"] == "unless-stopped"
        assert EVERYTHING[name]["healthcheck"]["test"][0] == "CMD"
    for name in JOBS:
        assert EVERYTHING[name]["restart"] == "no"


def test_nothing_starts_before_what_it_stands_on() -> None:
    for name in PROGRAMS:
        needed = EVERYTHING[name]["depends_on"]
        assert needed["topics"] == {"condition": "service_completed_successfully"}
    assert "corpus" in EVERYTHING["retriever"]["depends_on"]
    assert "kafka" in EVERYTHING["topics"]["depends_on"]
    assert "format" in EVERYTHING["kafka"]["depends_on"]


def test_topics_and_rights_are_made_as_on_a_laptop() -> None:
    job = EVERYTHING["topics"]

    # Beside the broker, it is the broker of "this machine": so users and rights are made too.
    assert job["network_mode"] == "service:kafka"
    assert "CAVEAT_KAFKA_BOOTSTRAP" not in job.get("environment", {})
    assert job["command"] == ["topics", "apply"]
    assert job["volumes"] == ["./home/keys:/data/keys"]


def test_the_broker_is_the_laptops_but_for_its_addresses_and_folders() -> None:
    local = properties(ROOT / "deploy" / "local" / "server.properties")
    ours = properties(FOLDER / "server.properties")

    filled = {"{controller_port}": "7793", "{port}": "7792", "{folder}": "/data",
              "{passwords}": "/run/secrets"}  # fmt: skip
    for name, value in local.items():
        for place, meant in filled.items():
            value = value.replace(place, meant)
        local[name] = value
    different = {name for name in {*local, *ours} if local.get(name) != ours.get(name)}
    assert different == {"listeners", "advertised.listeners"}
    assert ours["advertised.listeners"] == "SASL_PLAINTEXT://kafka:7792"
    assert ours["listeners"].split(",")[1] == "CONTROLLER://127.0.0.1:7793"


def properties(path: Any) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_every_store_has_a_user_and_a_database_of_its_own() -> None:
    script = (FOLDER / "databases.sh").read_text(encoding="utf-8")

    for name in ("guard", "auditor", "gateway"):
        store = merged(name)["environment"][f"CAVEAT_{name.upper()}_STORE"]
        assert store == f"postgresql://{name}@postgresql/{name}"
    assert "for owner in guard auditor gateway; do" in script
    assert "REVOKE CONNECT ON DATABASE $owner FROM PUBLIC" in script
