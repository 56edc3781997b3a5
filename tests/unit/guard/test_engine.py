"""The engine runs in a process of its own: its import is slow, and must come after `silence`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.guard.builders import ROOT

PROGRAM = """
import asyncio, json, os, socket, sys
from pathlib import Path

def refuse(self, address):
    opened.append(str(address))
    raise OSError("no network here")

opened = []
socket.socket.connect = socket.socket.connect_ex = refuse

from services.guard import engine
home = Path(sys.argv[1]) / "home"
engine.silence(home)

from dataclasses import asdict
from caveat.model import DraftSentence
from services.guard import validators
from services.guard.core import run_families
from services.guard.examination import Examination, state
from services.guard.screening import screen
from caveat.errors import CheckCrashed
from tests.unit.guard.builders import (
    FIRST, a_cited, a_passage, a_policy, an_examination, a_citation,
)

texts = json.loads(sys.argv[2])
guard = engine.GuardrailsEngine()

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
    told["opened"] = opened
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


@pytest.mark.parametrize("family", ["advice", "citation", "disclosure"])
def test_a_family_that_raises_is_absent(told: dict[str, Any], family: str) -> None:
    assert family not in told["crashed"][family]


def test_opens_no_socket(told: dict[str, Any]) -> None:
    assert told["opened"] == []


def test_tells_nobody_anything(told: dict[str, Any]) -> None:
    assert "enable_metrics=false" in told["rc"]
    assert told["home"].endswith("home")
