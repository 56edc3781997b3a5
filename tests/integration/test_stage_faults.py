"""Faults of one message: it goes to the dead letters and the stage goes on."""

import asyncio

import pytest
from aiokafka import ConsumerRecord
from aiokafka.errors import MessageSizeTooLargeError

from caveat import model, wire
from caveat.pipeline import PROGRESS_MADE, QUESTION_CONCLUDED
from tests.builders import a_question_id
from tests.integration.clients import headers_of, key_of
from tests.integration.kit import StageUnderTest

Headers = list[tuple[str, bytes | None]]

HOSTILE_HEADERS: Headers = [
    *((f"x-{number}", b"\x00\xff" * 50) for number in range(100)),
    ("traceparent", b"\xff\xfe"),
    ("traceparent", b"00-zz-zz-01"),
    ("tracestate", b"=" * 4000),
    ("content-type", b"\xff" * 100),
    ("caveat-error-reason", b"forged"),
    ("ce_id", None),
    ("", b""),
    ("caveat-version", b"2"),
]


def sorted_by_origin(letters: list[ConsumerRecord]) -> list[ConsumerRecord]:
    return sorted(letters, key=lambda r: int(headers_of(r)["caveat-origin-offset"]))


@pytest.mark.parametrize(
    ("fault", "reason", "error_type"),
    [
        ("crash", "handler_crashed", "KeyError"),
        ("permanent", "invalid_question", "InvalidQuestion"),
        ("cancelled", "handler_crashed", "CancelledError"),
    ],
)
async def test_buries_a_message_whose_handler_raises_and_goes_on(
    stage: StageUnderTest, fault: str, reason: str, error_type: str
) -> None:
    worker = await stage.start()

    before, [bad], after = (
        await stage.send({}, partition=0),
        await stage.send({"fault": fault}, partition=0),
        await stage.send({}, partition=0),
    )

    assert set(await stage.outputs([*before, *after])) == {*before, *after}
    [letter] = await stage.buried(1)
    headers = headers_of(letter)
    assert key_of(letter) == bad
    assert letter.value == b'{"fault": "%s"}' % fault.encode()
    assert headers["caveat-error-reason"] == reason
    assert headers["caveat-error-type"] == error_type
    assert headers["caveat-origin-topic"] == stage.entry
    assert (headers["caveat-origin-partition"], headers["caveat-origin-offset"]) == ("0", "1")
    assert headers["caveat-group"] == f"caveat-{stage.name}"
    [conclusion] = await stage.concluded([bad])
    told = wire.decode(model.QuestionConcluded, conclusion.value)
    assert (told.question_id, told.code, told.stage) == (
        bad, model.ConclusionCode.FAILED, stage.name,
    )  # fmt: skip
    await stage.all_committed(3)
    assert worker.exit_code() is None


async def test_buries_a_record_that_breaks_its_contract_and_concludes_only_a_valid_id(
    stage: StageUnderTest,
) -> None:
    good, garbage, none, empty, other = (a_question_id() for _ in range(5))
    question = wire.encode(model.QuestionAsked(good, "What is MDS?"))
    records: list[tuple[bytes | None, bytes | None, Headers]] = [
        (garbage.encode(), b"\xff\xfe not protobuf", []),
        (none.encode(), None, []),
        (empty.encode(), b"", []),
        (other.encode(), question, []),  # key and body name different questions
        (None, question, []),
        (b"", question, []),
        (b"\xff\xfe\x00", question, []),
        (b"not-an-id", question, []),
        (good.upper().encode(), question, []),
        (good.encode(), b'{"questionId": 7}', [("content-type", b"application/json")]),
        (good.encode(), question, HOSTILE_HEADERS),
        (good.encode(), question, [("caveat-version", b"9" * 5000)]),
    ]
    worker = await stage.start()

    async with stage.kafka.producer() as producer:
        for key, value, headers in records:
            await producer.send_and_wait(
                stage.contract, value, key=key, headers=headers, partition=0
            )
        await producer.send_and_wait(stage.contract, question, key=good.encode(), partition=0)

    letters = await stage.buried(11)
    assert [int(headers_of(r)["caveat-origin-offset"]) for r in sorted_by_origin(letters)] == [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11,
    ]  # fmt: skip
    reasons = {key_of(r): headers_of(r)["caveat-error-reason"] for r in letters}
    assert reasons.pop(other) == "mismatched_key"
    assert set(reasons.values()) == {"malformed_event"}
    assert (await stage.outputs([good]))[good] == 2  # hostile headers alone harm nothing
    await stage.concluded([garbage, none, empty, good])
    await asyncio.sleep(0.5)
    concluded = {key_of(r) for r in await stage.kafka.all(QUESTION_CONCLUDED)}
    assert concluded.isdisjoint({other, "", "not-an-id", good.upper(), "\ufffd\ufffd\x00"})
    assert worker.exit_code() is None
    assert worker.obstacles() == ()


@pytest.mark.parametrize("topic_limit", [640 * 1024, 350 * 1024], ids=["ours", "the brokers"])
async def test_concludes_a_question_whose_answer_outgrew_the_limit(
    bare_stage: StageUnderTest, topic_limit: int
) -> None:
    stage = bare_stage
    await stage.kafka.make_topic(stage.outlet, {"max.message.bytes": str(topic_limit)})
    stage.make_topics()
    await stage.start()

    [large] = await stage.send({"size": min(topic_limit, 600 * 1024)})
    [fine] = await stage.send({"size": 300 * 1024})

    assert set(await stage.outputs([fine])) == {fine}
    [letter] = await stage.buried(1)
    headers = headers_of(letter)
    assert key_of(letter) == large
    assert (headers["caveat-error-reason"], headers["caveat-error-type"]) == (
        "oversize",
        "OversizeEvent",
    )
    [conclusion] = await stage.concluded([large])
    told = wire.decode(model.QuestionConcluded, conclusion.value)
    assert told.code == model.ConclusionCode.FAILED
    await stage.all_committed(2)


async def test_survives_a_record_that_does_not_fit_the_dead_letters(
    bare_stage: StageUnderTest,
) -> None:
    stage = bare_stage
    await stage.kafka.make_topic(stage.contract, {"compression.type": "producer"})
    stage.make_topics()
    worker = await stage.start()
    [before] = await stage.send({}, partition=0)
    hostile = a_question_id()

    async with stage.kafka.producer() as producer:
        # Every byte of this key becomes three when it is read as text and written again.
        await producer.send_and_wait(stage.contract, b"x", key=b"\xff" * 600_000, partition=0)
        # The broker counts compressed bytes; ours are counted as they are.
    async with stage.kafka.producer(
        compression_type="gzip", max_request_size=9_000_000
    ) as producer:
        await producer.send_and_wait(
            stage.contract, b"\x00" * 3_000_000, key=hostile.encode(), partition=0
        )
    [after] = await stage.send({}, partition=0)

    assert set(await stage.outputs([before, after])) == {before, after}
    letters = await stage.buried(2)
    assert {headers_of(r)["caveat-error-reason"] for r in letters} == {"malformed_event"}
    await stage.concluded([hostile])
    assert worker.exit_code() is None


async def test_the_broker_refuses_what_is_too_large_once_unpacked(stage: StageUnderTest) -> None:
    async with stage.kafka.producer(
        compression_type="gzip", max_request_size=9_000_000
    ) as producer:
        with pytest.raises(MessageSizeTooLargeError):
            await producer.send_and_wait(stage.contract, b"\x00" * 3_000_000, key=b"k")


async def test_never_logs_what_a_crash_says(stage: StageUnderTest) -> None:
    worker = await stage.start()

    await stage.send({"fault": "crash", "text": "the-canary-text-of-a-question"})
    [letter] = await stage.buried(1)

    assert b"the-canary" in letter.value
    assert "the-canary" not in str(headers_of(letter))
    assert "a handler crashed" in worker.log()
    assert "KeyError" in worker.log()
    assert "in _fail" in worker.log()  # the place in the code is told
    assert "the-canary" not in worker.log()


async def test_tells_progress_of_what_was_emitted_and_counts_what_was_not(
    stage: StageUnderTest,
) -> None:
    worker = await stage.start()
    [emitted, quiet] = await stage.send({}, {"quiet": True})
    [bad] = await stage.send({"fault": "crash"})
    await stage.buried(1)
    await stage.outputs([emitted])

    progress = {key_of(r): r.value for r in await stage.kafka.all(PROGRESS_MADE)}
    metrics = worker.metrics()

    told = wire.decode(model.ProgressMade, progress[emitted])
    assert (told.question_id, told.stage, told.seq) == (emitted, stage.name, 1)
    assert quiet in progress
    assert bad not in progress
    for result in ("emitted", "done", "rejected"):
        name = f'caveat_stage_events_total{{result="{result}",stage="{stage.name}"}}'
        assert f"{name} 1.0" in metrics
    assert (
        f'caveat_dead_letters_total{{reason="handler_crashed",service="{stage.name}"}} 1.0'
    ) in metrics
