import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from caveat.attestation import sha256_hex
from caveat.errors import PolicyMisconfigured
from caveat.model import ConclusionCode
from services.guard.policy_file import KNOWN_RULES, load_policy, read_policy
from services.guard.policy_source import Fault
from tests.unit.guard.builders import POLICY_PATH, a_policy

WRITTEN: dict[str, Any] = yaml.safe_load(POLICY_PATH.read_text())


def load_changed(folder: Path, change: Callable[[dict[str, Any]], object]) -> str:
    """Load a changed policy and return the one line that it fails with."""
    written = copy.deepcopy(WRITTEN)
    change(written)
    path = folder / "policy.yaml"
    path.write_text(yaml.safe_dump(written))
    return fault_of(path)


def sizes(written: dict[str, Any]) -> dict[str, Any]:
    thresholds: dict[str, Any] = written["rules"]["form.oversize"]["thresholds"]
    return thresholds


def nowhere(contacts: list[dict[str, str]]) -> None:
    contacts[:] = [contact for contact in contacts if contact["region"]]


def fault_of(path: Path) -> str:
    with pytest.raises(PolicyMisconfigured) as caught:
        load_policy(path)
    line = str(caught.value)
    assert str(path) in line
    assert "\n" not in line
    return line


def test_reads_the_policy_that_the_guard_uses() -> None:
    policy = a_policy()

    assert (policy.policy_id, policy.version) == ("consumer", "2026.11.4")
    assert policy.sha256 == sha256_hex(POLICY_PATH.read_bytes())
    assert set(policy.rules) == KNOWN_RULES
    assert set(policy.pages) == set(ConclusionCode)
    assert all(rule.text and rule.reason and rule.reference for rule in policy.rules.values())


def test_every_rule_that_reads_text_has_examples_of_both_kinds() -> None:
    families = (
        "advice.",
        "privacy.",
        "safety.",
        "scope.",
        "injection.question",
        "injection.output",
    )
    for rule_id, rule in a_policy().rules.items():
        if rule_id.startswith(families):
            assert rule.fires_on, rule_id
            assert rule.passes, rule_id


@pytest.mark.parametrize("kind", ["fire", "pass"])
@pytest.mark.parametrize("rule_id", ["advice.dose", "safety.crisis"])
def test_refuses_a_rule_that_is_held_to_nothing(tmp_path: Path, rule_id: str, kind: str) -> None:
    def change(written: dict[str, Any]) -> None:
        written["rules"][rule_id]["examples"][kind] = []

    line = load_changed(tmp_path, change)

    assert f"rules.{rule_id}.examples.{kind}: has no example" in line


def test_refuses_an_unknown_rule(tmp_path: Path) -> None:
    def change(written: dict[str, Any]) -> None:
        written["rules"]["advice.horoscope"] = written["rules"]["advice.dose"]

    assert "rules.advice.horoscope: no such rule is known" in load_changed(tmp_path, change)


@pytest.mark.parametrize("rule_id", sorted(KNOWN_RULES))
def test_refuses_a_policy_that_is_silent_on_a_rule(tmp_path: Path, rule_id: str) -> None:
    line = load_changed(tmp_path, lambda written: written["rules"].pop(rule_id))

    assert f"says nothing of the rule {rule_id}" in line


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
    assert f"there is no page for {code}" in load_changed(tmp_path, lambda w: w["pages"].pop(code))


def test_refuses_a_policy_without_rules(tmp_path: Path) -> None:
    line = load_changed(tmp_path, lambda written: written.update(rules={}))

    assert "rules: " in line
    assert "at least 1" in line


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
        (lambda w: w["disclaimers"].pop("top"), "disclaimers.top"),
        (lambda w: w["disclaimers"].update(middle=w["disclaimers"]["top"]), "disclaimers.middle"),
        (lambda w: w["disclaimers"]["top"].update(text=""), "disclaimers.top.text"),
        (lambda w: w["notices"].pop("demonstration"), "notices.demonstration"),
        (lambda w: w["contacts"].pop("crisis"), "pages.crisis.care.contacts"),
        (lambda w: w["contacts"]["crisis"][0].update(tel="1"), "contacts.crisis.0.tel"),
        (lambda w: w["rules"].update(rule=None), "rules.rule"),
        (lambda w: w["rules"]["advice.dose"].update(action=True), "rules.advice.dose.action"),
        (lambda w: w["rules"]["advice.dose"].update(text=7), "rules.advice.dose.text"),
        (lambda w: w["rules"]["advice.dose"].update(text=" "), "rules.advice.dose.text"),
        (lambda w: w.update(minimum_clinical="1"), "minimum_clinical"),
        (lambda w: w.update(minimum_clinical=1.0), "minimum_clinical"),
        (lambda w: w.update(rules=[]), "rules"),
        (lambda w: w["notices"]["reframe"].update(id="disc.top"), "notices.reframe.id"),
        (lambda w: w["notices"]["reframe"].update(id="You must"), "notices.reframe.id"),
        (lambda w: w["headings"].update({"You should": "x"}), "headings.You should"),
        (lambda w: w["rules"]["advice.dose"]["thresholds"].update(x=1), "dose.thresholds.x"),
        (lambda w: w["rules"]["form.oversize"].pop("thresholds"), "rules.form.oversize"),
        (lambda w: sizes(w).pop("sentences"), "the threshold sentences is not set"),
        (lambda w: sizes(w).update(sentences=0), "rules.form.oversize.thresholds.sentences"),
        (lambda w: sizes(w).update(sentences="9"), "rules.form.oversize.thresholds.sentences"),
        (lambda w: sizes(w).update(sentences=-1), "rules.form.oversize.thresholds.sentences"),
        (lambda w: nowhere(w["contacts"]["crisis"]), "contact for readers of an unknown region"),
        (lambda w: w["pages"]["failed"].update(title="x" * 201), "pages.failed"),
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


LINES = POLICY_PATH.read_text().splitlines()


def line_of(text: str) -> int:
    return next(n for n, line in enumerate(LINES, 1) if text in line)


def faults_after(folder: Path, old: str, new: str) -> list[Fault]:
    """Change the first such text of the file and read what is wrong with it."""
    path = folder / "policy.yaml"
    content = POLICY_PATH.read_text()
    assert old in content
    path.write_text(content.replace(old, new, 1))
    return list(read_policy(path).faults)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("minimum_clinical: 1", "minimum_clinicl: 1", "minimum_clinicl"),
        ("next_check_days: 90", "next_check_days: ninety", "next_check_days"),
        ("  advice.dose:", "  advice.doze:", "rules.advice.doze"),
        ("sentence_characters: 4000", "sentence_characters: lots", "sentence_characters"),
        ("    id: disc.close", "    id: disc.top", "disclaimers.closing.id"),
        ("  too_little_left:", "  too_litle_left:", "pages.too_litle_left"),
        ('tel: "999"}', "tel: 999}", "contacts.emergency.2.tel"),
        ("- Take 10 mg twice a day.", "- [Take]", "rules.advice.dose.examples.fire.0"),
        ("languages: [en]", "languages: [en", "not YAML"),
        ("languages: [en]", "languages: !!python/name:os.system x", "not YAML"),
        ("notices:", "disclaimers: {}\nnotices:", "stands twice; the first is on line"),
        ("  advice.dose:", "  advice.directive:", "stands twice"),
    ],
)
def test_says_each_fault_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    faults = faults_after(tmp_path, old, new)

    # What YAML cannot read is noticed where it goes on: at most on the next lines.
    wanted = line_of(old)
    assert any(
        message in str(fault) and 0 <= fault.line - wanted <= 2 * ("not YAML" in message)
        for fault in faults
    ), faults


def test_says_every_fault_at_once(tmp_path: Path) -> None:
    def change(written: dict[str, Any]) -> None:
        written["rules"].pop("advice.dose")
        written["pages"].pop("crisis")
        written["mood"] = "good"
        written["rules"]["advice.persona"]["action"] = "ignore"

    written = copy.deepcopy(WRITTEN)
    change(written)
    path = tmp_path / "policy.yaml"
    path.write_text(yaml.safe_dump(written))

    assert len(read_policy(path).faults) == 4
    assert "and 3 more" in fault_of(path)


def test_a_failing_example_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    old = "You should start azacitidine soon."
    path.write_text(POLICY_PATH.read_text().replace(old, "Azacitidine is a drug.", 1))

    [failed] = [example for example in read_policy(path).examples() if example.failed]

    assert (failed.rule_id, failed.line) == ("advice.directive", line_of(old))
    assert f"line {line_of(old)}: rules.advice.directive.examples.fire" in fault_of(path)


def test_reports_every_example_of_the_policy_as_met() -> None:
    tried = list(read_policy(POLICY_PATH).examples())

    assert len(tried) > 60
    assert not [example for example in tried if example.failed]
    for example in tried:
        assert example.text[:20] in LINES[example.line - 1]


def test_a_file_that_is_deeper_than_any_policy_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("a: " + "[" * 100_000)

    assert "not YAML" in fault_of(path)
