"""telemetry.yaml and the code name the same metrics, spans and attributes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase

from caveat.authority import OBSERVER
from caveat.chassis import metrics
from caveat.pipeline import SERVICES

ROOT = Path(__file__).resolve().parents[2]
TOLD = yaml.safe_load((ROOT / "telemetry.yaml").read_text())
SOURCES = [
    ast.parse(path.read_text(), str(path))
    for package in ("caveat", "services")
    for path in sorted((ROOT / package).rglob("*.py"))
    if "v1" not in path.parts
]
IN_CODE = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]
TYPES = {Counter: "counter", Gauge: "gauge", Histogram: "histogram"}
PROCESSES = (*SERVICES, OBSERVER)
TEXT_LABELS = {"question_id", "question", "answer", "text", "sentence", "client"}


def exposing(metric: dict[str, Any]) -> set[str]:
    """Read `by`: names, or a word for many."""
    return {"services": set(SERVICES), "all": set(PROCESSES)}.get(
        str(metric["by"]), set(metric["by"])
    )


def exposed_name(metric: MetricWrapperBase) -> str:
    return f"{metric._name}{'_total' if isinstance(metric, Counter) else ''}"


def test_tells_every_metric_that_the_code_has_and_no_other() -> None:
    in_code = {
        exposed_name(metric): {
            "type": TYPES[type(metric)],
            "labels": list(metric._labelnames),
            "by": {name for name in PROCESSES if metric in metrics.exposed_by(name)},
            "brief": metric._documentation,
        }
        for metric in IN_CODE
    }
    told = {
        metric["name"]: {key: metric[key] for key in ("type", "labels", "brief")}
        | {"by": exposing(metric)}
        for metric in TOLD["metrics"]
    }

    assert told == in_code


def test_there_is_no_metric_outside_the_one_module() -> None:
    kinds = {"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum"}
    importing = [
        node
        for source in SOURCES
        for node in ast.walk(source)
        if isinstance(node, ast.ImportFrom)
        and node.module == "prometheus_client"
        and kinds & {alias.name for alias in node.names}
    ]

    assert len(importing) == 1  # caveat/chassis/metrics.py


@pytest.mark.parametrize("metric", TOLD["metrics"], ids=lambda metric: metric["name"])
def test_names_follow_the_house_rules_and_hold_no_text(metric: dict[str, Any]) -> None:
    assert re.fullmatch(r"caveat(_[a-z]+)+", metric["name"])
    assert metric["name"].endswith("_total") == (metric["type"] == "counter")
    assert metric["name"].endswith("_seconds") == (metric["unit"] == "s")
    assert TEXT_LABELS.isdisjoint(metric["labels"])


def test_tells_every_span_that_the_code_begins() -> None:
    in_code = {_template(call.args[0]) for call in _calls("span", "update_name") if call.args}

    told = {re.sub("<[a-z]+>", "<>", span["name"]) for span in TOLD["spans"]}

    assert told == in_code


def test_tells_every_attribute_that_the_code_sets() -> None:
    in_code = set(_attributes_in_code())

    told = {attribute["name"] for attribute in TOLD["attributes"]}
    of_spans = {name for span in TOLD["spans"] for name in span["attributes"]}

    assert of_spans | {"service.name", "service.instance.id"} == told
    assert told == in_code


def _calls(*names: str) -> Iterator[ast.Call]:
    for source in SOURCES:
        for node in ast.walk(source):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=name)):
                    if name in names and owner in _OWNERS:
                        yield node


_OWNERS = {"tracing", "span"}


def _template(name: ast.expr) -> str:
    """Write a span's name with <> for whatever is filled in."""
    match name:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(map(_template, parts))
        case _:
            return "<>"


def _attributes_in_code() -> Iterator[str]:
    """Find the dotted keys of every mapping, and of every attribute that is set alone."""
    for call in _calls("set_attribute"):
        yield ast.literal_eval(call.args[0])
    dotted = re.compile(r"(messaging|rpc|http|service|caveat)(\.[a-z_]+)+")
    for source in SOURCES:
        for node in ast.walk(source):
            if isinstance(node, ast.Dict):
                for key in node.keys:
                    if isinstance(key, ast.Constant) and dotted.fullmatch(str(key.value)):
                        yield str(key.value)
