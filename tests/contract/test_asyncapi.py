"""The AsyncAPI document is valid by AsyncAPI's own parser, and says what the code does."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from grpc_tools import protoc

from caveat import model, pipeline, wire
from caveat.asyncapi import document
from caveat.asyncapi.proto import proto_text
from caveat.authority import CLIENT, OBSERVER, PRINCIPALS
from caveat.chassis.stream.delivery import _dead_letter_headers, event_headers
from caveat.chassis.stream.messages import VERSION_HEADER, Message, Reject
from caveat.cli.local import local_of
from caveat.cli.plan import bootstrap_of
from caveat.pipeline import ANSWER_PUBLISHED, PROGRESS_MADE, QUESTION_ASKED
from services.gateway import core as gateway
from services.router import core as router
from tests.builders import a_question_id
from tests.node import installed

DOCUMENT = document()
QUESTION = DOCUMENT["channels"]["question.asked"]["messages"]["QuestionAskedInJson"]
SCHEMA = QUESTION["payload"]["schema"]
HEADERS = DOCUMENT["components"]["schemas"]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What AsyncAPI's parser says of the document."""
    return validated(DOCUMENT, tmp_path_factory.mktemp("asyncapi"))


def validated(given: dict[str, Any], folder: Path) -> dict[str, Any]:
    installed.packages()
    path = folder / "asyncapi.json"
    path.write_text(json.dumps(given))
    ran = installed.run(str(installed.FOLDER / "asyncapi.mjs"), str(path))
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(ran.stdout))


def test_asyncapis_own_parser_finds_nothing_wrong(told: dict[str, Any]):
    # 3.0.0 is what the tools of other teams read; that there is a 3.1.0 is no fault.
    assert {each["code"] for each in told["complaints"]} <= {"asyncapi-latest-version"}
    assert set(told["operations"]) == set(DOCUMENT["operations"])


def test_the_parser_reads_the_payloads_too(tmp_path: Path):
    broken = json.loads(json.dumps(DOCUMENT))
    message = broken["channels"]["answer.published"]["messages"]["AnswerPublished"]
    message["payload"]["schema"] = message["payload"]["schema"].replace("bytes", "byte s", 1)

    assert any(each["severity"] == 0 for each in validated(broken, tmp_path)["complaints"])


def test_there_is_a_channel_of_every_topic_with_what_it_is_made_with():
    bindings = [channel["bindings"]["kafka"] for channel in DOCUMENT["channels"].values()]

    assert {
        (b["topic"], b["partitions"], b["topicConfiguration"]["retention.ms"]) for b in bindings
    } == {(spec.name, spec.partitions, spec.retention_ms) for spec in pipeline.topics()}
    assert {channel["address"] for channel in DOCUMENT["channels"].values()} == {
        spec.name for spec in pipeline.topics()
    }


def test_other_teams_may_ask_and_read_answers_and_nothing_else():
    public = {
        (operation["action"], operation["channel"]["$ref"])
        for operation in DOCUMENT["operations"].values()
        if not operation["x-internal"]
    }
    assert public == {
        ("send", "#/channels/question.asked"),
        ("receive", "#/channels/answer.published"),
    }
    principals = {operation["x-principal"] for operation in DOCUMENT["operations"].values()}
    assert principals == set(PRINCIPALS) - {OBSERVER}  # who sees how far others are, and no record
    tagged = {
        name
        for name, channel in DOCUMENT["channels"].items()
        if {"name": "public"} in channel["tags"]
    }
    assert tagged == {"question.asked", "answer.published"}
    mine = DOCUMENT["operations"]["client.receive.answer.published"]
    assert mine["bindings"]["kafka"]["groupId"]["enum"] == [f"caveat-{CLIENT}"]


@pytest.mark.parametrize("topic", sorted(wire.EVENT_OF_TOPIC))
def test_the_text_of_a_payload_compiles_to_the_very_messages(topic: str, tmp_path: Path):
    descriptor = wire.message_class(wire.EVENT_OF_TOPIC[topic]).DESCRIPTOR
    (tmp_path / "one.proto").write_text(proto_text(descriptor))
    out = tmp_path / "set"
    include = str(Path(protoc.__file__).parent / "_proto")
    assert protoc.main(["", f"-I{tmp_path}", f"-I{include}", f"-o{out}", "one.proto"]) == 0
    [compiled] = FileDescriptorSet.FromString(out.read_bytes()).file

    assert compiled.message_type[0].name == descriptor.name
    originals = [module.DESCRIPTOR.serialized_pb for module in wire._MODULES]
    known = [FileDescriptorProto.FromString(content) for content in originals]
    for message in compiled.message_type:
        for field in (*message.field, *(f for nested in message.nested_type for f in nested.field)):
            field.ClearField("json_name")  # the compiler adds it for whoever reads its output
        assert message in [each for file in known for each in file.message_type]
    for enum in compiled.enum_type:
        assert enum in [each for file in known for each in file.enum_type]


def test_the_example_question_fits_its_schema_and_is_read_by_the_router():
    [example] = QUESTION["examples"]

    jsonschema.Draft7Validator(SCHEMA).validate(example["payload"])
    asked = wire.decode_json(model.QuestionAsked, json.dumps(example["payload"]).encode())
    assert router.accept(asked) == asked.text
    assert wire.to_json(asked) == example["payload"]


@pytest.mark.parametrize(
    "fault",
    [
        {"text": "?!"},
        {"text": "x" * (router.LONGEST + 1)},
        {"region": "us"},
        {"audience": "doctor"},
        {"questionId": "4b0a9c1e-0000-4000-8000-000000000000"},
        {"patient": "not a field"},
    ],
    ids=lambda fault: next(iter(fault)),
)
def test_what_the_router_would_refuse_does_not_fit_the_schema(fault: dict[str, Any]):
    fields = QUESTION["examples"][0]["payload"] | fault

    assert not jsonschema.Draft7Validator(SCHEMA).is_valid(fields)


def test_the_limits_are_those_of_router_and_gateway():
    text = SCHEMA["properties"]["text"]

    assert (text["minLength"], text["maxLength"]) == (router.SHORTEST, router.LONGEST)
    assert (text["minLength"], text["maxLength"]) == (gateway.SHORTEST, gateway.LONGEST)


def test_the_headers_are_those_that_the_chassis_writes():
    written = event_headers("router", PROGRESS_MADE, a_question_id())
    described = HEADERS["EventHeaders"]["properties"]

    assert set(written) <= set(described)
    assert set(described) - set(written) <= {"traceparent", "tracestate", VERSION_HEADER}
    message = Message(QUESTION_ASKED, 0, 0, 0, "", b"", {})
    buried = _dead_letter_headers("router", message, Reject("reason", "Type"))
    assert set(buried) == set(HEADERS["DeadLetterHeaders"]["required"])
    assert set(buried) <= set(HEADERS["DeadLetterHeaders"]["properties"])


def test_the_local_server_is_the_broker_of_caveat_up():
    server = DOCUMENT["servers"]["local"]
    port = server["variables"]["port"]["default"]

    assert server["host"].format(port=port) == bootstrap_of(local_of({}))


def test_each_server_asks_for_a_password_and_names_no_real_host():
    for server in DOCUMENT["servers"].values():
        assert server["security"] == [{"$ref": "#/components/securitySchemes/scram"}]
    assert DOCUMENT["components"]["securitySchemes"]["scram"]["type"] == "scramSha512"
    assert DOCUMENT["servers"]["cluster"]["host"] == "{bootstrap}"
    assert ANSWER_PUBLISHED in {c["address"] for c in DOCUMENT["channels"].values()}
