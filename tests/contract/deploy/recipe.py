"""The Dockerfile, read into its stages."""

import json
import re
import shlex
from dataclasses import dataclass, field

from tests.contract.deploy.manifests import ROOT

DOCKERFILE = ROOT / "deploy" / "docker" / "Dockerfile"


@dataclass
class BuildStage:
    """One stage: what it stands on, and its instructions in order."""

    name: str
    parent: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def all(self, keyword: str) -> list[str]:
        """List the arguments of one kind of instruction."""
        return [argument for each, argument in self.instructions if each == keyword]


def stages(text: str) -> dict[str, BuildStage]:
    """Read a Dockerfile. What stands before the first FROM is the stage without a name."""
    found = {"": BuildStage("", "")}
    current = found[""]
    joined = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    for line in filter(str.strip, joined.splitlines()):
        keyword, _, argument = line.strip().partition(" ")
        if keyword == "FROM":
            parent, _, name = argument.partition(" AS ")
            current = found[name] = BuildStage(name, parent)
        else:
            current.instructions.append((keyword, " ".join(argument.split())))
    return found


def lineage(all_stages: dict[str, BuildStage], name: str) -> list[BuildStage]:
    """List a stage and those it stands on, the first one first."""
    stage = all_stages.get(name)
    return [*lineage(all_stages, stage.parent), stage] if stage is not None and name else []


def variables(all_stages: dict[str, BuildStage], service: str) -> dict[str, str]:
    """Return the variables that a service's image sets."""
    return dict(
        pair.split("=", 1)
        for stage in lineage(all_stages, f"image-{service}")
        for argument in stage.all("ENV")
        for pair in shlex.split(argument)
    )


def last(all_stages: dict[str, BuildStage], service: str, keyword: str) -> str:
    """Return what the last instruction of a kind says in a service's image."""
    return [a for stage in lineage(all_stages, f"image-{service}") for a in stage.all(keyword)][-1]


def command(all_stages: dict[str, BuildStage], service: str, keyword: str) -> list[str]:
    """Return a command that is written in the form without a shell."""
    words = json.loads(last(all_stages, service, keyword).removeprefix("CMD "))
    assert isinstance(words, list)
    return words
