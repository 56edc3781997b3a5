"""The part of the lock that an image installs is complete, pinned, and no more than it needs."""

import importlib.metadata
import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.contract.deploy.given import PROGRAMS
from tests.contract.deploy.manifests import ROOT
from tests.contract.test_docs import a_script

requirements = a_script("requirements")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = requirements._project()

# What an image must do without: the engine of the guard, clients of models, tools, plots.
STRANGERS = {"guardrails-ai", "litellm", "openai", "matplotlib", "kafka-python", "pytest", "typer"}
ALLOWED = {
    "guard": {"guardrails-ai", "litellm", "openai", "typer"},
    "generator": {"openai"},
    "cli": {"guardrails-ai", "litellm", "openai", "kafka-python", "typer"},
}
EXTRAS = (*PROGRAMS, "cli")


def chosen(extra: str) -> dict[str, str]:
    return {
        e.name: e.text for e in requirements.subset(requirements.named_by(extra, PROJECT), LOCK)
    }


@pytest.mark.parametrize("extra", EXTRAS)
def test_every_package_is_pinned_with_a_hash(extra: str) -> None:
    for name, text in chosen(extra).items():
        assert re.match(rf"(?i){name.replace('-', '[-_.]')}==[\w.]+( ;|\s)", text), text[:60]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}$", text), name
        assert "#" not in text


@pytest.mark.parametrize("extra", EXTRAS)
def test_what_a_package_needs_comes_along(extra: str) -> None:
    names = set(chosen(extra))

    missing = {
        f"{name} needs {requirement.name}"
        for name in names & installed()
        for line in importlib.metadata.requires(name) or ()
        if (requirement := Requirement(line)).marker is None
        or requirement.marker.evaluate({"extra": ""})
        if canonicalize_name(requirement.name) not in names
    }

    assert missing == set()


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_image_has_no_strangers(extra: str) -> None:
    assert set(chosen(extra)) & STRANGERS == ALLOWED.get(extra, set())


def test_stays_smaller_than_the_lock() -> None:
    everything = len(list(requirements.entries(LOCK)))

    assert len(chosen("observer")) < len(chosen("router")) < everything / 4
    assert len(chosen("cli")) < everything


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["nobody"], 1, "no extra 'nobody'"),
        (["--package", "nobody"], 1, "lacks nobody: run make lock"),
        ([], 2, "usage"),
        (["--package"], 2, "usage"),
        (["router", "guard"], 2, "usage"),
    ],
)
def test_refuses_what_it_cannot_tell(
    capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, said: str
) -> None:
    assert requirements.main(arguments) == status

    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


def test_refuses_a_package_without_a_hash() -> None:
    with pytest.raises(requirements.Fault, match="a-b has no hash"):
        requirements.subset(["a-b"], "a-b==1\n    # via caveat (pyproject.toml)\n")


def test_follows_who_asked_for_whom() -> None:
    lock = "".join(
        f"{name}==1 \\\n    --hash=sha256:{'0' * 64}\n    # via{via}\n"
        for name, via in (("a", " caveat (pyproject.toml)"), ("b", "\n    #   a\n    #   d"),
                          ("c", " B"), ("d", " caveat (pyproject.toml)"))
    )  # fmt: skip

    assert [entry.name for entry in requirements.subset(["A"], lock)] == ["a", "b", "c"]


def installed() -> set[str]:
    return {canonicalize_name(d.metadata["Name"]) for d in importlib.metadata.distributions()}
