"""The map has no gaps, and everything that derives from it is complete."""

import re
from pathlib import Path

import pytest

from caveat import pipeline, wire
from caveat.pipeline import ENTRY, PROGRESS_MADE, SERVICES, STAGES, Stage

ROOT = Path(__file__).resolve().parents[2]
TOPICS = tuple(spec.name for spec in pipeline.topics())
EVENT_TOPICS = {topic for topic in TOPICS if "dead-letter" not in topic}
DEAD_LETTERS = {pipeline.dead_letter_topic(service) for service in SERVICES}


def test_every_stage_is_fed_by_an_earlier_one() -> None:
    available = {ENTRY}
    for stage in STAGES:
        assert set(stage.consumes) <= available, stage.name
        available |= set(stage.emits)


def test_everything_that_is_emitted_is_read() -> None:
    read = {topic for stage in STAGES for topic in stage.consumes}

    assert {topic for stage in STAGES for topic in stage.emits} == read


def test_somebody_asks_the_first_question() -> None:
    assert [stage.name for stage in STAGES if ENTRY in stage.emits] == ["gateway"]


def test_topics_are_unique_and_complete() -> None:
    in_map = {topic for stage in STAGES for topic in (*stage.consumes, *stage.emits)}

    assert len(TOPICS) == len(set(TOPICS))
    assert set(TOPICS) == in_map | {PROGRESS_MADE} | DEAD_LETTERS


def test_every_topic_has_an_event_of_its_name() -> None:
    assert set(wire.EVENT_OF_TOPIC) == EVENT_TOPICS
    assert len(set(wire.EVENT_OF_TOPIC.values())) == len(EVENT_TOPICS)
    for topic, event in wire.EVENT_OF_TOPIC.items():
        noun, participle = topic.split(".")[1:3]
        assert event.__name__ == f"{noun.title()}{participle.title()}"


@pytest.mark.parametrize("topic", TOPICS)
def test_topics_are_named_by_the_rule(topic: str) -> None:
    noun_and_participle = r"caveat\.[a-z]+\.[a-z]+\.v1"

    assert re.fullmatch(rf"{noun_and_participle}|caveat\.[a-z]+\.dead-letter\.v1", topic)


def test_texts_are_kept_three_days_and_progress_an_hour() -> None:
    for spec in pipeline.topics():
        hours = spec.retention_ms / 3_600_000
        assert hours == (1 if spec.name == PROGRESS_MADE else 72), spec.name
        assert spec.partitions in (1, pipeline.HOT_PARTITIONS)


def test_each_partner_of_a_call_serves_grpc() -> None:
    served = {
        p.name.removesuffix("_service.proto") for p in ROOT.glob("proto/caveat/v1/*_service.proto")
    }

    assert {peer for stage in STAGES for peer in stage.calls} <= served
    assert served == set(SERVICES) - {"gateway"}


def test_steps_are_ranked_along_the_road() -> None:
    steps = [(stage.step, stage.seq) for stage in STAGES if stage.step]

    assert [seq for _, seq in steps] == list(range(1, len(steps) + 1))
    assert [step for step, _ in steps] == ["screen", "retrieve", "draft", "check", "publish"]
    assert all(stage.seq == 0 for stage in STAGES if not stage.step)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_every_stage_is_a_service_with_an_entrance(stage: Stage) -> None:
    assert pipeline.STAGE[stage.name] is stage
    assert (ROOT / "services" / stage.name / "__main__.py").is_file()


def test_the_picture_shows_every_stage_and_topic() -> None:
    drawn = pipeline.mermaid()

    for stage in STAGES:
        assert stage.name in drawn
    for topic in EVENT_TOPICS - {PROGRESS_MADE}:
        assert topic.removeprefix("caveat.").removesuffix(".v1") in drawn
    assert drawn.count("-.->") == sum(len(stage.calls) for stage in STAGES)
