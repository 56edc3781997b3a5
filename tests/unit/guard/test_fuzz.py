"""Nothing that anyone can type makes the guard raise, or think for longer than it may."""

import time

import pytest

from evaluation.guard import fuzz
from evaluation.guard.bait import bait, sentences
from evaluation.guard.fuzz import faults_of, run
from tests.unit.guard.builders import a_policy

SEED, INPUTS, SHARES = 1, 2_000, 4


@pytest.mark.parametrize("share", range(SHARES))
def test_no_input_makes_the_guard_raise_or_go_on_for_long(
    share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = INPUTS // SHARES

    # A second of a quiet machine is the limit; this one may be busy.
    monkeypatch.setattr(fuzz, "SLOW", 5.0)
    found = run(count, SEED, a_policy(), lambda done, of: None, first=share * count)

    assert [str(fault) for fault in found] == []


def test_a_seed_makes_the_same_inputs_of_every_kind() -> None:
    known = sentences()
    once = [bait(5, number, known) for number in range(1_500)]

    assert once[:100] == [bait(5, number, known) for number in range(100)]
    assert {one.kind for one in once} == {
        "mutated", "unicode", "repeated", "long", "binary", "keys", "draft", "citations"
    }  # fmt: skip


def an_input(kind: str) -> fuzz.Bait:
    known = sentences()
    return next(one for n in range(500) if (one := bait(1, n, known)).kind == kind)


def test_what_raises_is_named_with_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(text: str) -> None:
        raise KeyError(text)

    monkeypatch.setattr(fuzz, "redact", raises)
    one = an_input("mutated")

    [fault] = faults_of(one, a_policy())
    assert (fault.name, fault.step, fault.what) == (one.name, "redact", "KeyError")
    assert one.name.startswith("1:")


def test_a_fault_is_printed_and_ends_a_run_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fuzz.main(["--count", "3", "--seed", "1"]) == 0

    monkeypatch.setattr(fuzz, "SLOW", -1.0)
    assert fuzz.main(["--count", "3", "--seed", "1"]) == 1
    assert "1:0 (" in capsys.readouterr().out


def test_what_is_slow_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "SLOW", -1.0)

    assert {fault.what for fault in faults_of(an_input("draft"), a_policy())} == {"slow"}


def test_what_never_ends_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def works(text: str) -> None:
        began = time.process_time()
        while time.process_time() < began + 30:
            pass

    monkeypatch.setattr(fuzz, "redact", works)
    monkeypatch.setattr(fuzz, "ENDLESS", 0.05)
    monkeypatch.setattr(fuzz, "SLOW", 10.0)

    [fault] = [one for one in faults_of(an_input("unicode"), a_policy()) if one.step == "redact"]
    assert fault.what == "Endless"


def test_a_finding_outside_its_text_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    finding = {"rule_id": "advice.dose", "start": 5, "end": 10**6}
    monkeypatch.setattr(fuzz, "check_line", lambda line, policy: {"findings": [finding]})

    assert "Misplaced" in {fault.what for fault in faults_of(an_input("mutated"), a_policy())}
