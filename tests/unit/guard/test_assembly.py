"""The guard as its composition root builds it; the engine is a stand-in, whose import is slow."""

from pathlib import Path
from typing import Any

import pytest

from caveat.attestation import create_keys
from caveat.chassis.readiness import Readiness
from caveat.chassis.run import Chassis, Edges
from caveat.chassis.settings import SharedSettings, load
from caveat.chassis.store import Store
from caveat.errors import DependencyMissing, PolicyMisconfigured
from caveat.pipeline import STAGE
from services.guard import __main__ as guard
from services.guard.policy import Policy
from services.guard.redrafter import GeneratorRedrafter
from services.guard.settings import GuardSettings
from tests.unit.guard.builders import POLICY_PATH, a_policy


class FakeEngine:
    """Remembers what it was warmed up with, and fails when told."""

    warmed: list[Policy]
    cold = ""

    def __init__(self) -> None:
        FakeEngine.warmed = []

    async def warm_up(self, policy: Policy) -> None:
        self.warmed.append(policy)
        if self.cold:
            raise DependencyMissing(self.cold)


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Give the guard its ports and peers, and keep it from moving this process's home."""
    silenced: list[Path] = []
    monkeypatch.setenv("CAVEAT_GUARD_GRPC_PORT", "24011")
    monkeypatch.setenv("CAVEAT_GUARD_PROBE_PORT", "24012")
    monkeypatch.setenv("CAVEAT_GUARD_RETRIEVER", "127.0.0.1:24013")
    monkeypatch.setenv("CAVEAT_GUARD_POLICY", str(POLICY_PATH))
    monkeypatch.setattr(guard, "GuardrailsEngine", FakeEngine)
    monkeypatch.setattr(guard, "silence", silenced.append)
    return silenced


@pytest.fixture
def chassis(tmp_path: Path) -> Chassis:
    create_keys(tmp_path / "keys")
    unused: Any = None
    return Chassis(
        "guard",
        SharedSettings(home=tmp_path),
        Readiness("guard"),
        access=unused,
        producer=unused,
    )


async def assembled(chassis: Chassis) -> Edges:
    return await guard.assemble(load(GuardSettings), chassis)


def judge_of(edges: Edges) -> Any:
    return next(iter(edges.servicers)).implementation._judge  # type: ignore[attr-defined]


async def test_serves_both_roads_with_its_store_first(chassis: Chassis) -> None:
    edges = await assembled(chassis)

    assert set(edges.handlers) == set(STAGE["guard"].consumes)
    assert edges.rejected is not None
    assert [s.full_name for s in edges.servicers] == ["caveat.v1.GuardService"]
    assert isinstance(edges.parts[0], Store)


async def test_is_warm_before_it_can_be_ready(
    chassis: Chassis, surroundings: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    await assembled(chassis)

    assert [policy.sha256 for policy in FakeEngine.warmed] == [a_policy().sha256]
    assert surroundings == [chassis.shared.home.resolve() / "guard"]

    monkeypatch.setattr(FakeEngine, "cold", "the engine does not run: advice")
    with pytest.raises(DependencyMissing, match="does not run: advice"):
        await assembled(chassis)


async def test_has_drafts_of_a_model_redrafted_when_it_is_told_by_whom(
    chassis: Chassis, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert judge_of(await assembled(chassis)).redrafter is None
    assert len(chassis.peers) == 1  # the retriever

    monkeypatch.setenv("CAVEAT_GUARD_GENERATOR", "127.0.0.1:24014")
    assert isinstance(judge_of(await assembled(chassis)).redrafter, GeneratorRedrafter)


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda text: text.replace("  advice.dose:", "  advice.doze:"), r"line [0-9]+: rules"),
        (
            lambda text: text.replace("- Stop taking lenalidomide.", "- Lenalidomide is a pill."),
            r"line [0-9]+: rules\.advice\.directive\.examples\.fire",
        ),
        (lambda text: text.partition("\nrules:")[0] + "\nrules: {}\n", r"line [0-9]+: "),
        (lambda text: text.replace("\npublisher:", "\npublsher:"), r"line [0-9]+: publ"),
        (lambda text: text.replace("\nrules:", "\nrules: ["), r"line [0-9]+: not YAML"),
    ],
    ids=["unknown rule", "failing example", "no rules", "typo", "no YAML"],
)
async def test_a_policy_with_a_fault_stops_the_start_and_says_the_line(
    chassis: Chassis, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spoil: Any, line: str
) -> None:
    text = POLICY_PATH.read_text()
    assert spoil(text) != text
    (tmp_path / "policy.yaml").write_text(spoil(text))
    monkeypatch.setenv("CAVEAT_GUARD_POLICY", str(tmp_path / "policy.yaml"))

    with pytest.raises(PolicyMisconfigured, match=line):
        await assembled(chassis)


async def test_without_keys_it_does_not_start(chassis: Chassis) -> None:
    (chassis.shared.home / "keys" / "private" / "drafts.json").unlink()

    with pytest.raises(DependencyMissing, match=r"drafts\.json"):
        await assembled(chassis)
