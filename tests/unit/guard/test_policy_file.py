import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from caveat.attestation import sha256_hex
from caveat.errors import PolicyMisconfigured
from caveat.model import ConclusionCode
from services.guard.policy_file import KNOWN_RULES, load_policy
from tests.unit.guard.builders import POLICY_PATH, a_policy

WRITTEN: dict[str, Any] = yaml.safe_load(POLICY_PATH.read_text())


def load_changed(folder: Path, change: Callable[[dict[str, Any]], object]) -> str:
    """Load a changed policy and return the one line that it fails with."""
    written = copy.deepcopy(WRITTEN)
    change(written)
    path = folder / "policy.yaml"
    path.write_text(yaml.safe_dump(written))
    return fault_of(path)


def fault_of(path: Path) -> str:
    with pytest.raises(PolicyMisconfigured) as caught:
        load_policy(path)
    line = str(caught.value)
    assert str(path) in line
    assert "\n" not in line
    return line


def test_reads_the_policy_that_the_guard_uses() -> None:
    policy = a_policy()

    assert (policy.policy_id, policy.version) == ("consumer", "2026.11.1")
    assert policy.sha256 == sha256_hex(POLICY_PATH.read_bytes())
    assert set(policy.rules) == KNOWN_RULES
    assert set(policy.pages) == set(ConclusionCode)
    assert all(rule.text and rule.reason and rule.reference for rule in policy.rules.values())


def test_every_rule_that_reads_text_has_examples_of_both_kinds() -> None:
    families = ("advice.", "safety.", "scope.", "injection.")
    for rule_id, rule in a_policy().rules.items():
        if rule_id.startswith(families):
            assert rule.fires_on, rule_id
            assert rule.passes, rule_id


def test_refuses_an_unknown_rule(tmp_path: Path) -> None:
    def change(written: dict[str, Any]) -> None:
        written["rules"]["advice.horoscope"] = written["rules"]["advice.dose"]

    assert "unknown rules: advice.horoscope" in load_changed(tmp_path, change)


@pytest.mark.parametrize("rule_id", sorted(KNOWN_RULES))
def test_refuses_a_policy_that_is_silent_on_a_rule(tmp_path: Path, rule_id: str) -> None:
    line = load_changed(tmp_path, lambda written: written["rules"].pop(rule_id))

    assert f"says nothing of: {rule_id}" in line


@pytest.mark.parametrize(
    ("rule_id", "kind", "example", "fault"),
    [
        ("advice.dose", "fire", "Azacitidine is used in MDS.", "does not fire on"),
        ("advice.dose", "pass", "Take 10 mg.", "fires on"),
        ("safety.crisis", "fire", "What is MDS?", "does not fire on"),
        ("safety.crisis", "pass", "I want to die", "fires on"),
    ],
)
def test_refuses_a_policy_that_does_not_hold_its_examples(
    tmp_path: Path, rule_id: str, kind: str, example: str, fault: str
) -> None:
    def change(written: dict[str, Any]) -> None:
        written["rules"][rule_id]["examples"][kind].append(example)

    assert f"{rule_id} {fault}: {example}" in load_changed(tmp_path, change)


@pytest.mark.parametrize("code", ConclusionCode)
def test_refuses_a_policy_without_a_page(tmp_path: Path, code: ConclusionCode) -> None:
    assert f"no page for: {code}" in load_changed(tmp_path, lambda w: w["pages"].pop(code))


def test_refuses_a_policy_without_rules(tmp_path: Path) -> None:
    line = load_changed(tmp_path, lambda written: written.update(rules={}))

    assert "at least one rule" in line


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda w: w.update(mood="good"), "mood"),
        (lambda w: w["rules"]["advice.dose"].update(weight=1), "rules.advice.dose.weight"),
        (lambda w: w["rules"]["advice.dose"].update(action="ignore"), "rules.advice.dose.action"),
        (lambda w: w["rules"]["advice.dose"].update(reason=""), "rules.advice.dose.reason"),
        (lambda w: w["rules"]["advice.dose"].pop("examples"), "rules.advice.dose.examples"),
        (lambda w: w.update(minimum_clinical=0), "minimum_clinical"),
        (lambda w: w.update(languages=[]), "languages"),
        (lambda w: w.update(audience="clinician"), "audience"),
        (lambda w: w.update(navigation=["("]), "navigation.0"),
        (lambda w: w["pages"].update(boredom=w["pages"]["failed"]), "pages.boredom"),
        (lambda w: w["pages"]["failed"].update(explain=[]), "pages.failed.explain"),
        (lambda w: w["pages"]["failed"]["you_can"].append({"label": "x", "href": "//x"}), "href"),
        (lambda w: w["contacts"]["crisis"][0].update(tel="call me"), "contacts.crisis.0.tel"),
        (lambda w: w["contacts"]["crisis"][0].update(region="usa"), "contacts.crisis.0.region"),
        (lambda w: w["disclaimers"].pop("top"), "'top'"),
        (lambda w: w["disclaimers"].update(middle=w["disclaimers"]["top"]), "disclaimers.middle"),
        (lambda w: w["disclaimers"]["top"].update(text=""), "disclaimers.top.text"),
        (lambda w: w["notices"].pop("demonstration"), "'demonstration'"),
        (lambda w: w["contacts"].pop("crisis"), "'crisis'"),
    ],
)
def test_names_the_place_of_a_fault(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], where: str
) -> None:
    assert where in load_changed(tmp_path, change)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"rules: [", b"a: b: c", b"\xff\xfe\x00", b"just words", b"!!python/object:x {}"],
)
def test_refuses_what_is_no_policy(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "policy.yaml"
    path.write_bytes(content)

    fault_of(path)


def test_says_when_the_file_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    assert "No such file" in fault_of(tmp_path / "none.yaml")
    assert "directory" in fault_of(tmp_path)


def test_a_policy_that_is_changed_by_a_blank_is_another_policy(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_bytes(POLICY_PATH.read_bytes() + b"\n")

    assert load_policy(path).sha256 != a_policy().sha256
