"""The example in TypeScript: type-checked, and run against the server of samples."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from caveat import samples
from tests.node import installed

FOLDER = Path(__file__).parents[3] / "examples" / "typescript"
SAMPLES = {sample.name: sample.document for sample in samples.samples()}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The server of samples, as a frontend team starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = "from caveat.cli.main import main; main()"
    arguments = ["samples", "serve", "--json", "--delay", "0.2", "--port", str(port)]
    with subprocess.Popen(
        [sys.executable, "-c", command, *arguments], stdout=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stdout is not None
        yield str(json.loads(serving.stdout.readline())["url"])
        serving.terminate()
        assert serving.wait(timeout=30) == 0


def asked(*arguments: str) -> subprocess.CompletedProcess[str]:
    return installed.run(str(FOLDER / "show.ts"), *arguments)


def test_its_types_hold() -> None:
    compiler = installed.packages() / "typescript" / "bin" / "tsc"

    checked = installed.run(str(compiler), "--project", str(FOLDER))

    assert checked.returncode == 0, checked.stdout


def test_the_types_of_the_verifier_are_those_of_its_exports() -> None:
    scripts = FOLDER.parents[1] / "web" / "scripts"
    script = f'import * as v from "{(scripts / "verify.js").as_uri()}";'
    ran = installed.run("--input-type=module", "--eval", f"{script}console.log(Object.keys(v)+'')")
    declared = (scripts / "verify.d.ts").read_text()

    exported = ran.stdout.strip().split(",")
    assert exported
    for name in exported:
        assert f"export function {name}" in declared or f"export class {name}" in declared


def test_prints_the_short_answer_with_its_sources(url: str) -> None:
    ran = asked("What is MDS?", url)

    assert ran.returncode == 0, ran.stderr
    page = SAMPLES["published"]
    for sentence in page["summary"]["sentences"]:
        assert page["sentences"][sentence]["text"] in ran.stdout
        for citation in page["sentences"][sentence]["citations"]:
            cited = page["citations"][citation]
            assert f"[{cited['n']}] {page['sources'][cited['source']]['title']}" in ran.stdout


@pytest.mark.parametrize("state", ["nothing_found", "harmful", "failed", "emergency"])
def test_shows_what_is_no_answer_as_the_page_that_it_is(url: str, state: str) -> None:
    ran = asked(f"state:{state}", url)

    page = SAMPLES[state]
    assert ran.returncode == 0, ran.stderr
    assert page["outcome"]["headline"] in ran.stdout
    for contact in (page["care"] or {"contacts": []})["contacts"]:
        assert contact["tel"] in ran.stdout
    if page["care"]:
        first = page["sentences"][page["care"]["text"][0]]["text"]
        assert ran.stdout.startswith(first)


def test_a_problem_is_an_error(url: str) -> None:
    ran = asked("state:away", url)

    assert (ran.returncode, ran.stdout) == (1, "")
    assert "503" in ran.stderr


def test_the_pinned_key_is_held_to(url: str) -> None:
    assert asked("What is MDS?", url, samples.signer().key_id).returncode == 0

    ran = asked("What is MDS?", url, "another-key")

    assert (ran.returncode, ran.stdout) == (1, "")
    assert "pinned" in ran.stderr
