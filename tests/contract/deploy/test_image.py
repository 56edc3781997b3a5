"""The recipe of the images keeps its promises: pinned, without root, without a shell."""

import ast
import importlib
import re
from ipaddress import ip_address

import pytest

from caveat.chassis.settings import SharedSettings
from caveat.cli.plan import PEERS
from caveat.pipeline import SERVICES
from tests.contract.deploy import recipe
from tests.contract.deploy.given import PROGRAMS, settings_of, unknown
from tests.contract.deploy.manifests import ROOT

TEXT = recipe.DOCKERFILE.read_text(encoding="utf-8")
STAGES = recipe.stages(TEXT)
IMAGES = (*PROGRAMS, "cli")
ENTRY = {"cli": ["caveat"], "observer": ["python", "-m", "caveat.chassis.observer"]}
GRPC, PROBES, HTTP = 7710, 7720, 7700


def test_every_program_has_an_image_and_so_has_the_command_line() -> None:
    assert {name for name in STAGES if name.startswith("image-")} == {f"image-{n}" for n in IMAGES}
    assert STAGES["image"].parent == "image-${SERVICE}"


def test_the_only_image_from_outside_is_pinned_and_takes_a_digest() -> None:
    outside = [s.parent for s in STAGES.values() if s.parent not in STAGES and s.name != "image"]

    assert outside == ["python:${PYTHON}${PYTHON_DIGEST}"]
    [python] = [a for a in STAGES[""].all("ARG") if a.startswith("PYTHON=")]
    assert re.fullmatch(r"PYTHON=3\.1[123]\.\d+-slim-[a-z]+", python)
    assert "latest" not in TEXT


def test_adds_nothing_from_an_address() -> None:
    for stage in STAGES.values():
        assert stage.all("ADD") == []
        for argument in (*stage.all("COPY"), *stage.all("RUN")):
            assert not re.search(r"\b(https?://|curl|wget|git clone|apt-get)", argument)


def test_installs_only_what_the_lock_names_with_hashes() -> None:
    installs = [
        install
        for stage in STAGES.values()
        for run in stage.all("RUN")
        for install in run.split("&&")
        if " pip " in install
    ]

    assert len(installs) == 3
    for install in installs:
        pinned = "--require-hashes" in install and "--only-binary=:all:" in install
        assert pinned or "--no-index /tmp/caveat-" in install, install
        assert "--no-deps" in install


@pytest.mark.parametrize("name", IMAGES)
def test_runs_as_a_number_and_without_a_shell(name: str) -> None:
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", recipe.last(STAGES, name, "USER"))
    entry = recipe.command(STAGES, name, "ENTRYPOINT")
    assert entry == ENTRY.get(name, ["python", "-m", f"services.{name}"])
    lineage = recipe.lineage(STAGES, f"image-{name}")
    assert not [a for stage in lineage if stage.name != "python" for a in stage.all("RUN")]


@pytest.mark.parametrize("name", PROGRAMS)
def test_looks_after_its_health_with_python(name: str) -> None:
    words = recipe.last(STAGES, name, "HEALTHCHECK").partition("CMD ")[2]
    command = ast.literal_eval(words)

    assert command[:2] == ["python", "-c"]
    compile(command[2], "healthcheck", "exec")
    assert f"http://127.0.0.1:{PROBES}/livez" in command[2]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_starts_with_its_ports_and_its_peers(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = recipe.variables(STAGES, name)
    peers = {f"CAVEAT_{name.upper()}_{p.upper()}": f"{p}:{GRPC}" for p in PEERS.get(name, ())}

    shared, own = settings_of(name, variables | peers, monkeypatch)

    assert unknown(name, variables) == set()
    assert str(shared.home) == "/data"
    assert ip_address(shared.host).is_unspecified  # pods and containers have networks of their own
    assert own.probe_port == PROBES
    assert getattr(own, "grpc_port", None) == (GRPC if name in SERVICES else None)
    exposed = {int(port) for s in recipe.lineage(STAGES, f"image-{name}")
               for argument in s.all("EXPOSE") for port in argument.split()}  # fmt: skip
    grpc, http = {GRPC} & {getattr(own, "grpc_port", 0)}, {HTTP} & {getattr(own, "http_port", 0)}
    assert exposed == {PROBES} | grpc | http
    if name == "gateway":
        assert own.http_port == HTTP


@pytest.mark.parametrize(
    ("folder", "images"),
    [
        ("policies", {"guard", "cli"}),
        ("corpus", {"cli"}),
        ("web", {"gateway", "renderer"}),
    ],
)
def test_files_are_where_they_are_read(folder: str, images: set[str]) -> None:
    assert {n for n in IMAGES if f"{folder} {folder}" in STAGES[f"image-{n}"].all("COPY")} == images


def test_policy_and_pages_are_found_from_where_a_service_runs() -> None:
    policy = importlib.import_module("services.guard.settings").DEFAULT_POLICY
    web = SharedSettings.model_fields["web"].default

    for name in ("guard", "gateway", "renderer"):
        assert recipe.last(STAGES, name, "WORKDIR") == "/app"
    assert policy.parts[0] == "policies"
    assert (ROOT / policy).is_file()
    assert web.parts == ("web",)
    assert (ROOT / web).is_dir()


def test_no_image_has_the_code_of_another_service() -> None:
    removing = " ".join(STAGES["code"].all("RUN"))

    assert 'find services -mindepth 1 -maxdepth 1 -type d ! -name "$SERVICE" -exec rm' in removing
    assert "rm -r caveat/cli /opt/caveat/bin/caveat" in removing


def test_labels_say_what_an_image_is() -> None:
    [labels] = STAGES["image"].all("LABEL")

    for label in ("title", "description", "licenses", "version", "revision"):
        assert f"org.opencontainers.image.{label}=" in labels
    assert 'licenses="Apache-2.0"' in labels


def test_only_listed_files_enter_an_image() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    allowed = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}

    assert rules[0] == "*"
    assert allowed & {".caveat", ".venv", ".git", "deploy", "tests"} == set()
    copied = {
        source
        for stage in STAGES.values()
        for argument in stage.all("COPY")
        if not argument.startswith("--from")
        for source in argument.split()[:-1]
    }
    assert copied == allowed
    assert [source for source in copied if not (ROOT / source).exists()] == []
