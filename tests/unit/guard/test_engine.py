"""The engine runs in a process of its own: its import is slow, and must come after `silence`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from services.guard.validators import FAMILIES
from tests.unit.guard.builders import ROOT
from tests.unit.guard.test_parity import SENTENCES

PROGRAM = """
import asyncio, json, os, socket, sys
from pathlib import Path

OUTSIDE = {
    "socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind", "socket.getaddrinfo",
    "socket.gethostbyname", "socket.gethostbyaddr", "subprocess.Popen", "os.system",
}

def is_harmless(event, arguments):
    # urllib3 asks whether there is IPv6 by a port that it never listens on, croniter asks file(1)
    # about the interpreter.
    return (event == "socket.bind" and arguments[1] == ("::1", 0)) or (
        event == "subprocess.Popen" and arguments[0] == "file"
    )

def refuse(event, arguments):
    if event in OUTSIDE and not is_harmless(event, arguments):
        opened.append(event)
        raise OSError("nobody is outside")

opened = []
sys.addaudithook(refuse)
try:
    socket.create_connection(("127.0.0.1", 9))
except OSError:
    told_of_denial = list(opened)
opened.clear()

from services.guard import engine
home = Path(sys.argv[1]) / "home"
engine.silence(home)

from dataclasses import asdict
from caveat.model import DraftSentence
from services.guard import validators
from services.guard.core import run_families, settle, verdict_of
from services.guard.examination import Examination, state
from services.guard.screening import screen
from caveat.errors import CheckCrashed, DependencyMissing
from tests.unit.guard.builders import (
    FIRST, a_cited, a_passage, a_policy, an_examination, a_citation,
)

texts = json.loads(sys.argv[2])
guard = engine.GuardrailsEngine()
asyncio.run(guard.warm_up(a_policy()))

def shown(found):
    return {family: [asdict(hit) for hit in hits] for family, hits in found.items()}

async def main():
    told = {"pairs": []}
    for text in texts:
        for sentence in (
            DraftSentence("s1", text), DraftSentence("s2", text, (a_citation(FIRST),)),
        ):
            one = an_examination(sentence)
            told["pairs"].append([shown(await guard.run(one)), shown(run_families(one))])
    whole = an_examination(*(DraftSentence(f"s{n}", t) for n, t in enumerate(texts)))
    told["pairs"].append([shown(await guard.run(whole)), shown(run_families(whole))])
    bare = Examination(a_policy(), ())
    told["pairs"].append([shown(await guard.run(bare)), shown(run_families(bare))])
    both = await asyncio.gather(*(guard.run(an_examination(DraftSentence(t, t))) for t in texts))
    told["together"] = [[h.sentence for hits in f.values() for h in hits] for f in both]

    def crash(examination):
        raise RuntimeError("a rule is broken")

    families = dict(validators.FAMILIES)
    told["crashed"] = {}
    for family in families:
        engine.FAMILIES = families | {family: crash}
        told["crashed"][family] = sorted(await engine.GuardrailsEngine().run(whole))
        try:
            await engine.GuardrailsEngine().warm_up(a_policy())
        except DependencyMissing as error:
            told["cold"] = told.get("cold", []) + [str(error)]
    engine.FAMILIES = {name: check for name, check in families.items() if name != "form"}
    told["missing"] = sorted(await engine.GuardrailsEngine().run(whole))
    engine.FAMILIES = families

    class Raising:
        async def validate(self, *args, **kwargs):
            raise RuntimeError("guardrails is broken")

    broken = engine.GuardrailsEngine()
    broken._answers = broken._questions = Raising()
    told["raising"] = sorted(await broken.run(whole))
    round_ = settle(await broken.run(whole), a_policy())
    told["raising_verdict"] = verdict_of([round_], enough=True)
    try:
        await broken.screen("What is MDS?", "en", a_policy())
    except CheckCrashed as error:
        told["raising_screening"] = error.reason
    await guard.run(whole)
    await guard.screen(texts[1], "en", a_policy())
    kept = str(guard._answers.history) + str(guard._questions.history)
    told["kept"] = [text for text in texts if text and text in kept]
    policy = a_policy()
    told["screened"] = [
        [(await guard.screen(t, "en", policy)).disposition, screen(t, "en", policy).disposition]
        for t in texts
    ]

    def refuse_to_screen(*subject):
        raise RuntimeError("the screening is broken")

    engine.screen = refuse_to_screen
    try:
        await engine.GuardrailsEngine().screen("What is MDS?", "en", policy)
    except CheckCrashed as error:
        told["screening_crashed"] = error.reason
    try:
        await engine.GuardrailsEngine().warm_up(policy)
    except DependencyMissing as error:
        told["cold"].append(str(error))
    told["opened"], told["denied"] = opened, told_of_denial
    told["home"] = os.environ["HOME"]
    told["rc"] = (home / ".guardrailsrc").read_text()
    print("\\n" + json.dumps(told))

asyncio.run(main())
"""

TEXTS = [
    FIRST := "Azacitidine is used in higher-risk MDS.",
    "You should stop taking lenalidomide.",
    "Take 20 mg twice a day.",
    "You probably have MDS.",
    "Your hemoglobin is low.",
    "You will be cured.",
    "There is nothing to worry about.",
    "You are eligible for the trial.",
    "Decitabine is the best option for you.",
    "Try turmeric.",
    "There is no need to see a doctor.",
    "Eat less salt.",
    "As your doctor, I know.",
    "Stop now. Take 10 mg. Eat less salt.",
    "Tell your doctor and stop taking it.",
    "What are the risks?",
    "Talk with your doctor before you stop.",
    "St\u200bop taking it.",
    "",
    "<b>Stop</b> {{taking}} ${it}",
    *SENTENCES,
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Run the program once and read what it says on its last line."""
    folder: Path = tmp_path_factory.mktemp("engine")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), json.dumps(TEXTS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_finds_what_the_families_find_without_it(told: dict[str, Any]) -> None:
    assert len(told["pairs"]) == 2 * len(TEXTS) + 2
    for by_engine, directly in told["pairs"]:
        assert by_engine == directly
    assert sum(len(hits) for pair in told["pairs"] for hits in pair[0].values()) > len(TEXTS)


def test_answers_judged_at_once_do_not_mix(told: dict[str, Any]) -> None:
    for text, sentences in zip(TEXTS, told["together"], strict=True):
        assert set(sentences) <= {text}


def test_screens_as_the_rules_do_without_it(told: dict[str, Any]) -> None:
    assert len(told["screened"]) == len(TEXTS)
    for by_engine, directly in told["screened"]:
        assert by_engine == directly


def test_a_screening_that_raises_is_no_screening(told: dict[str, Any]) -> None:
    assert told["screening_crashed"] == "check_crashed"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_that_raises_is_absent(told: dict[str, Any], family: str) -> None:
    assert family not in told["crashed"][family]


def test_a_family_that_is_missing_is_absent(told: dict[str, Any]) -> None:
    assert told["missing"] == sorted(set(FAMILIES) - {"form"})


def test_an_engine_that_raises_reports_nothing_and_so_fails_everything(
    told: dict[str, Any],
) -> None:
    assert told["raising"] == []
    assert told["raising_verdict"] == "failed"
    assert told["raising_screening"] == "check_crashed"


def test_an_engine_that_does_not_run_is_found_before_it_is_ready(told: dict[str, Any]) -> None:
    assert [line.rpartition(": ")[2] for line in told["cold"]] == [*FAMILIES, "screening"]


def test_opens_no_socket_from_its_import_to_its_last_answer(told: dict[str, Any]) -> None:
    assert told["denied"]  # so the hook would have seen one
    assert told["opened"] == []


def test_guardrails_keeps_no_text(told: dict[str, Any]) -> None:
    assert told["kept"] == []


def test_tells_nobody_anything(told: dict[str, Any]) -> None:
    assert "enable_metrics=false" in told["rc"]
    assert told["home"].endswith("home")
