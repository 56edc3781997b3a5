"""Read what watches the stack: dashboards, rules, runbooks, and the names in their expressions."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.absent import absent

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "deploy" / "observability"
RULES = sorted((FOLDER / "rules").glob("*.yaml"))
RULE_TESTS = sorted((FOLDER / "tests").glob("*.yaml"))
RUNBOOKS = ROOT / "docs" / "runbooks"

_WORDS = re.compile(
    r"""(?P<text>"[^"]*")|(?P<window>\[[^\]]*\])|(?P<number>\d[\w.]*)|(?P<name>[a-zA-Z_:][\w:]*)|(?P<sign>[{}(),=!~])"""
)
_KEYWORDS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_PLAIN = frozenset({"and", "or", "unless", "offset", "bool"})


@dataclass(frozen=True, slots=True)
class Names:
    """The metrics of an expression, and the labels that it names beside them."""

    metrics: frozenset[str]
    labels: frozenset[str]


def names_in(expression: str) -> Names:
    """Take an expression of PromQL apart: a name before `(` is a function, one in braces or
    behind `by` a label, any other a metric."""
    words = [(m.lastgroup, m[0]) for m in _WORDS.finditer(expression)]
    metrics, labels = set(), set()
    braces, listing = False, ""
    for (kind, word), (_, after) in zip(words, [*words[1:], ("", "")], strict=True):
        if word in "{}":
            braces = word == "{"
        elif word in ("(", ")"):
            listing = {"begun": "open", "open": ""}.get(listing, listing)
        elif kind == "name" and word in _KEYWORDS:
            listing = "begun"
        elif kind == "name" and (braces or listing == "open"):
            labels.add(word)
        elif kind == "name" and word not in _PLAIN and after not in ("(", "by", "without"):
            metrics.add(word)
    return Names(frozenset(metrics), frozenset(labels))


def dashboards() -> Iterator[dict[str, Any]]:
    """Read every dashboard."""
    for path in sorted((FOLDER / "dashboards").glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def expressions() -> dict[str, str]:
    """Name every expression of a panel by its place, with Grafana's variables filled in."""
    return {
        f"{page['uid']}: {panel['title']} {target['refId']}": target["expr"]
        .replace("$__rate_interval", "1m")
        .replace("$__range", "5m")
        for page in dashboards()
        for panel in page["panels"]
        for target in panel.get("targets", ())
    }


def rules() -> list[dict[str, Any]]:
    """Read every rule."""
    return [
        rule
        for path in RULES
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    ]


def alerts() -> list[dict[str, Any]]:
    """Read every rule that alerts."""
    return [rule for rule in rules() if "alert" in rule]


def program(name: str) -> str:
    """Find a program of Debian's package prometheus."""
    return shutil.which(name) or absent(name, "apt-get install prometheus")
