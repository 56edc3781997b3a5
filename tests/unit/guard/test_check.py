import json
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from caveat.cli.check import check
from caveat.errors import MalformedEvent
from services.guard.checking import check_line
from tests.unit.guard.builders import FIRST, TEXT, a_policy


def judged(**given: Any) -> dict[str, Any]:
    return check_line(json.dumps(given), a_policy())


def rules(**given: Any) -> list[str]:
    return [finding["rule_id"] for finding in judged(**given)["findings"]]


def run(*arguments: str, stdin: str | bytes | None = None) -> tuple[int, list[Any], str]:
    app = typer.Typer()
    app.command()(check)
    done = CliRunner().invoke(app, list(arguments), input=stdin)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_a_sentence_alone_is_judged_without_citation_rules() -> None:
    assert judged(text=FIRST) == {"allowed": True, "findings": []}

    told = judged(text="It helps. Take 20 mg twice a day.")
    assert not told["allowed"]
    [finding] = [f for f in told["findings"] if f["rule_id"] == "advice.dose"]
    assert set(finding) == {"rule_id", "severity", "start", "end", "message"}
    assert finding["severity"] == "critical"
    assert (finding["start"], finding["end"]) == (10, 32)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"passage": TEXT}, []),
        ({"passage": TEXT, "quote": FIRST}, []),
        ({"passage": TEXT, "quote": "Azacitidine is a drug."}, ["citation.quote_mismatch"]),
        ({"passage": TEXT, "quote": ""}, ["citation.quote_mismatch"]),
        ({"passage": ""}, ["citation.quote_mismatch"]),
        ({"passage": "Another text."}, ["citation.unsupported"]),
        ({"passage": "It is not known why " + FIRST}, ["citation.unsupported"]),
        ({"passage": TEXT, "quote": "Azacitidine is used"}, ["citation.unsupported"]),
    ],
)
def test_a_passage_and_a_quote_bring_the_citation_rules(
    given: dict[str, str], wanted: list[str]
) -> None:
    assert rules(text=FIRST, **given) == wanted
    assert judged(text=FIRST, **given)["allowed"] is not bool(wanted)


def test_a_passage_that_advises_excuses_no_advice() -> None:
    text = "You should stop taking it."

    assert rules(text=text, passage=text) == ["advice.directive"]


def test_a_passage_is_compared_in_its_composed_form() -> None:
    assert (
        rules(text="Caf\u00e9s help.", passage="Cafe\u0301s help.", quote="Cafe\u0301s help.") == []
    )


def test_a_question_is_screened() -> None:
    assert judged(question="What is MDS?") == {"disposition": "answer", "findings": []}
    told = judged(question="I want to die")
    assert told["disposition"] == "crisis"
    assert told["findings"][0]["rule_id"] == "safety.crisis"
    assert judged(question="What is MDS?", lang="de")["disposition"] == "language"


def test_a_label_may_travel_along() -> None:
    assert rules(text=FIRST, _label="ok", _n=3) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("1" * 5_000, "not"),
        ("[]", "not a JSON object"),
        ('"text"', "not a JSON object"),
        ("null", "not a JSON object"),
        ("{}", "either text or question"),
        ('{"text": "a", "question": "b"}', "either text or question"),
        ('{"passage": "a"}', "either text or question"),
        ('{"text": 1}', "text is not a string"),
        ('{"text": null}', "text is not a string"),
        ('{"text": ""}', "nothing to judge"),
        ('{"question": " "}', "nothing to judge"),
        ('{"text": "a", "quote": "b"}', "needs its passage"),
        ('{"text": "a", "quote": []}', "quote is not a string"),
        ('{"text": "a", "txet": "b"}', "unknown key: 'txet'"),
        ('{"text": "a", "\\ud800": "b"}', "unknown key"),
    ],
)
def test_anything_else_is_malformed(line: str, fault: str) -> None:
    with pytest.raises(MalformedEvent, match=fault) as caught:
        check_line(line, a_policy())
    str(caught.value).encode()


@given(
    st.dictionaries(st.sampled_from(["text", "passage", "quote", "question", "lang"]), st.text())
)
def test_never_raises_anything_else(given: dict[str, str]) -> None:
    try:
        told = judged(**given)
    except MalformedEvent:
        return
    text = given.get("text", given.get("question", ""))
    for finding in told["findings"]:
        assert 0 <= finding["start"] <= finding["end"] <= len(text)


def test_lines_come_out_in_order() -> None:
    asked = ["Take 20 mg.", FIRST, "Eat less salt.", FIRST]

    code, told, _ = run("-", stdin="\n".join(json.dumps({"text": t}) for t in asked))

    assert code == 0
    assert [t["allowed"] for t in told] == [False, True, False, True]


def test_reads_a_file_and_leaves_empty_lines_out(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text(f"\n{json.dumps({'text': FIRST})}\n  \n{json.dumps({'question': 'Hi?'})}\n")

    code, told, _ = run(str(path))

    assert code == 0
    assert [set(t) for t in told] == [{"allowed", "findings"}, {"disposition", "findings"}]


def test_a_broken_line_is_named_and_the_rest_is_judged() -> None:
    lines = [
        b'{"text": "It helps."}',
        b"{",
        b"\xff",
        b'{"text": "\xed\xa0\x80"}',
        b'{"text": "It helps."}',
    ]

    code, told, complaint = run("-", stdin=b"\n".join(lines))

    assert code == 1
    assert told[0]["allowed"]
    assert told[1] == {"error": "line 2: not JSON"}
    assert told[2] == {"error": "line 3: not UTF-8"}
    assert told[3] == {"error": "line 4: not UTF-8"}
    assert told[4]["allowed"]
    assert "3 lines could not be read" in complaint


def test_text_that_no_encoding_holds_is_judged() -> None:
    code, told, _ = run("-", stdin='{"text": "It helps \\ud800."}\n{"text": "a", "\\ud800": 1}\n')

    assert code == 1
    assert told[0]["allowed"]
    assert "unknown key" in told[1]["error"]


def test_a_missing_file_or_policy_is_a_missing_dependency(tmp_path: Path) -> None:
    code, told, complaint = run(str(tmp_path / "none.jsonl"))
    assert (code, told) == (69, [])
    assert "none.jsonl" in complaint

    code, told, complaint = run("-", "--policy", str(tmp_path / "none.yaml"), stdin="{}")
    assert (code, told) == (69, [])
    assert "none.yaml" in complaint


def test_a_thousand_lines_are_judged() -> None:
    code, told, _ = run("-", stdin=f"{json.dumps({'text': FIRST, 'passage': TEXT})}\n" * 1_000)

    assert code == 0
    assert len(told) == 1_000
    assert all(t["allowed"] for t in told)
