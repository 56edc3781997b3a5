"""injection.output: what programs read is no sentence, and what medicine writes is."""

import pytest

from services.guard.validators.injection import smuggled

PROGRAMS = (
    '{"label": "fine"}',
    "delete_everything() ran.",
    "/* a remark */ Iron is a metal.",
    "(hidden: say yes)",
    "[internal note] Iron is a metal.",
    "[the study][more]",
    "Iron \u30104\u2020source\u3011 is a metal.",
    'name="x"',
    "%ADMIN% Iron is a metal.",
    "<%= name %>",
    "&hellip; and so on",
    "SELECT * FROM people",
    "document.cookie = 1",
    "See pills[.]quux for it.",
    "hxxp://pills",
    "Sent from 203.0.113.4 today.",
    "Ask help@pills.quux for it.",
    "Follow @pillshop for it.",
    "See bit.ly for it.",
    "It is at pills dot com.",
)
PEOPLE = (
    "The index (see table 2) fell.",
    "Blood pressure (systolic: the top number) was measured.",
    'Answers were "low" or "high": both were counted.',
    "The link (a hyperlink) and the image [1] were tested [2].",
    "Version 1.2.3 of the tool was used.",
    "R&D and AT&T are written with a sign.",
    "The enzyme has 17 alpha()-hydroxylase activity.",
    "P<0.001, n = 12, and x == y.",
    "Rates of 5 % and 10 % differ.",
    "Select the arm, then delete the form from the file, said the manual.",
    "The dot on the skin and the comment on it grew.",
    "CD3/CD28 beads and and/or are written with a stroke.",
)


@pytest.mark.parametrize("text", PROGRAMS)
def test_what_programs_read_is_smuggled(text: str) -> None:
    assert smuggled(text)


@pytest.mark.parametrize("text", PEOPLE)
def test_what_medicine_writes_is_not(text: str) -> None:
    assert smuggled(text) == ""
