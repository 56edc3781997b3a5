"""One question is one trace, from the header that comes in to the header that goes out."""

import json
from typing import Any

from tests.integration.clients import headers_of
from tests.integration.kit import StageUnderTest

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


async def test_carries_one_trace_through_its_spans_to_its_output(stage: StageUnderTest) -> None:
    worker = await stage.start()
    traceparent = f"00-{TRACE}-{CALLER}-01".encode()

    [key] = await stage.send({}, headers={"traceparent": traceparent})
    [bad] = await stage.send({"fault": "crash"}, headers={"traceparent": traceparent})
    await stage.outputs([key])
    [letter] = await stage.buried(1)
    [conclusion] = await stage.concluded([bad])
    assert await worker.terminate() == 0

    spans = _spans(stage)
    process = spans[f"process {stage.entry}", key]
    [send] = [span for (name, _), span in spans.items() if name == f"send {stage.outlet}"]
    [output] = await stage.kafka.all(stage.outlet)
    assert process["context"]["trace_id"] == f"0x{TRACE}"
    assert process["parent_id"] == f"0x{CALLER}"
    assert process["kind"] == "SpanKind.CONSUMER"
    assert process["attributes"]["messaging.destination.name"] == stage.entry
    assert send["context"]["trace_id"] == f"0x{TRACE}"
    assert send["parent_id"] == process["context"]["span_id"]
    assert send["kind"] == "SpanKind.PRODUCER"
    sent = send["context"]["span_id"].removeprefix("0x")
    assert headers_of(output)["traceparent"] == f"00-{TRACE}-{sent}-01"
    assert headers_of(letter)["traceparent"] == traceparent.decode()
    assert headers_of(conclusion)["traceparent"].split("-")[1] == TRACE


async def test_begins_a_trace_of_its_own_when_none_came_in(stage: StageUnderTest) -> None:
    worker = await stage.start()
    keys = [
        *await stage.send({}),
        *await stage.send({}, headers={"traceparent": b"00-zz-\xff-01", "tracestate": b"="}),
    ]
    await stage.outputs(keys)
    assert await worker.terminate() == 0

    traces = [
        headers_of(r)["traceparent"].split("-")[1] for r in await stage.kafka.all(stage.outlet)
    ]
    assert len(set(traces)) == 2
    assert "0" * 32 not in traces


async def test_describes_its_output_as_a_cloud_event_and_carries_the_version(
    stage: StageUnderTest,
) -> None:
    await stage.start()

    [key] = await stage.send({}, headers={"caveat-version": b"2", "x-other": b"not carried"})
    await stage.outputs([key])

    [output] = await stage.kafka.all(stage.outlet)
    headers = headers_of(output)
    assert headers["ce_specversion"] == "1.0"
    assert headers["ce_type"] == stage.outlet
    assert headers["ce_source"] == f"/caveat/{stage.name}"
    assert headers["ce_id"].startswith(key)
    assert headers["content-type"] == "application/protobuf"
    assert headers["caveat-version"] == "2"
    assert "x-other" not in headers


def _spans(stage: StageUnderTest) -> dict[tuple[str, str], Any]:
    lines = (stage.home / "spans" / f"{stage.name}-1.jsonl").read_text().splitlines()
    spans = [json.loads(line) for line in lines]
    return {(s["name"], s["attributes"].get("caveat.question_id", "")): s for s in spans}
