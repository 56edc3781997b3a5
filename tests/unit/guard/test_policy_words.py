"""What is wrong with a policy is said in words of ours, whatever it is."""

from pathlib import Path

import pytest

from services.guard.policy_file import read_policy
from tests.unit.guard.builders import POLICY_PATH

TEXT = POLICY_PATH.read_text()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("action: drop", "action: dorp", "must be warn, drop, redraft or refuse"),
        ("audience: patient", "audience: doctor", "must be patient"),
        ("minimum_clinical: 1", "minimum_clinical: 0", "must be 1 or more"),
        ("minimum_clinical: 1", "minimum_clinical: one", "must be a whole number"),
        ("next_check_days:", "next_check_days: 5000 #", "must be 3650 or less"),
        ("publisher:", "publishr:", "no such entry is known"),
        ("publisher:", "publisher: 7 #", "must be text"),
        ("publisher:", "publisher: '' #", "must not be empty"),
        ("publisher:", "publisher: ' ' #", "is not written as it must be: it is blank"),
        ("audience: patient", "#", "is missing"),
        ("languages:", "languages: [] #", "must have at least 1 in it"),
        ("navigation:", "navigation: ['('] #", "is not a regular expression"),
        ("headings:", "headings: 3 #", "must be a list of names with values"),
    ],
)
def test_says_it_plainly(tmp_path: Path, old: str, new: str, said: str):
    assert old in TEXT
    path = tmp_path / "policy.yaml"
    lines = TEXT.splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if old in line)
    lines[at] = lines[at].replace(old, new, 1)
    while new.endswith("#") and lines[at + 1].startswith(" "):  # what the entry held
        del lines[at + 1]
    path.write_text("".join(lines))

    told = [fault.message for fault in read_policy(path).faults]

    assert said in told, told
    for word in ("Input should", "Field required", "valid", "pydantic", "type="):
        assert not [message for message in told if word in message]
