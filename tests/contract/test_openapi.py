"""The description of the HTTP interface is valid, complete, and true of the application."""

import json
import re
from html.parser import HTMLParser

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from caveat import attestation, samples
from caveat.cli.player import PassagesHere
from services.gateway import openapi, reference, views
from services.gateway.contract.operations import HEADERS
from services.gateway.http.calls import CALLS
from services.gateway.pages import Pages
from tests.builders import a_document
from tests.unit.gateway.builders import Gateway
from tests.unit.gateway.test_telling import an_account, told

DOCUMENT = openapi.document()
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def test_is_valid_openapi() -> None:
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_is_made_of_json_alone_and_the_same_every_time() -> None:
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT == openapi.document()


def test_describes_every_route_of_the_application_and_no_other() -> None:
    served = {
        f"{method} {route.path}"
        for route in Gateway().app.routes
        for method in route.methods - {"HEAD"}
        # What is made for people is no part of the interface.
        if not isinstance(getattr(route.endpoint, "__self__", None), Pages)
    }

    assert served == {name for name, _ in OPERATIONS}
    assert len(OPERATIONS) == len(CALLS)


def test_names_every_operation_once() -> None:
    names = [operation["operationId"] for _, operation in OPERATIONS]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_every_operation_has_schemas_and_every_body_an_example(name: str, operation) -> None:
    for status, response in operation["responses"].items():
        kinds = response.get("content", {})
        assert kinds or status in ("204", "304"), name
        assert all(kind["schema"] for kind in kinds.values())
    for body in operation.get("requestBody", {}).get("content", {}).values():
        for example in body["examples"].values():
            validator(body["schema"]).validate(example["value"])


def validator(schema) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def test_every_example_of_a_schema_fits_it() -> None:
    shown = [
        (name, example)
        for name, schema in DOCUMENT["components"]["schemas"].items()
        for example in schema.get("examples", ())
    ]

    assert "Term" in {name for name, _ in shown}
    for name, example in shown:
        validator({"$ref": f"#/components/schemas/{name}"}).validate(example)


async def test_the_example_of_a_word_is_what_the_player_serves() -> None:
    [example] = DOCUMENT["components"]["schemas"]["Term"]["examples"]
    kept = await PassagesHere(samples.passages()).definition("car-t")

    assert json.loads(views.term_view(kept)) == example


def test_refers_to_nothing_that_is_not_there_and_holds_nothing_unused() -> None:
    text = json.dumps({**DOCUMENT, "components": {"schemas": DOCUMENT["components"]["schemas"]}})
    schemas = set(re.findall(r"#/components/schemas/(\w+)", text))
    headers = set(re.findall(r"#/components/headers/([\w-]+)", text))

    assert schemas == set(DOCUMENT["components"]["schemas"])
    assert headers == set(HEADERS)


def test_takes_in_the_schema_of_what_is_signed_whole() -> None:
    check = validator({"$ref": "#/components/schemas/AnswerDocument"})
    document = json.loads(attestation.canonical(a_document()))

    check.validate(document)
    assert not check.is_valid(document | {"more": 1})
    document["sources"]["src_one"]["tier"] = 9  # deep within its own definitions
    assert not check.is_valid(document)


@pytest.mark.parametrize("outcome", ["", "published", "failed"])
def test_describes_every_event_that_is_told(outcome: str) -> None:
    account = an_account(5, 1, 2, outcome=outcome or None, counts={"found": 1, "kept": 1})
    kinds = {"question.accepted": "QuestionAccepted", "step.completed": "StepCompleted"}

    for _, name, data in told(account):
        kind = kinds.get(name, "AnswerArrived")
        validator({"$ref": f"#/components/schemas/{kind}"}).validate(data)


class Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_for_people_names_every_call_and_runs_nothing() -> None:
    page = Reader(reference.page(DOCUMENT).decode())

    for name, operation in OPERATIONS:
        assert name in page.words
        assert operation["summary"] in page.words
    assert not {"script", "style", "link", "img", "iframe"} & page.tags


def test_the_page_for_people_escapes_what_it_shows() -> None:
    evil = {**DOCUMENT, "info": DOCUMENT["info"] | {"description": "<script>alert(1)</script>"}}

    assert "script" not in Reader(reference.page(evil).decode()).tags
