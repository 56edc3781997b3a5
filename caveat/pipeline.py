"""The map: which service consumes and emits what. Topics, diagrams and tests derive from it."""

from dataclasses import dataclass

DAY_MS = 24 * 60 * 60 * 1000
HOT_PARTITIONS = 12

QUESTION_ASKED = "caveat.question.asked.v1"
QUESTION_ROUTED = "caveat.question.routed.v1"
EVIDENCE_RETRIEVED = "caveat.evidence.retrieved.v1"
ANSWER_DRAFTED = "caveat.answer.drafted.v1"
QUESTION_CONCLUDED = "caveat.question.concluded.v1"
ANSWER_GUARDED = "caveat.answer.guarded.v1"
ANSWER_PUBLISHED = "caveat.answer.published.v1"
PROGRESS_MADE = "caveat.progress.made.v1"

ENTRY = QUESTION_ASKED


@dataclass(frozen=True, slots=True)
class Stage:
    """A service, what it consumes and emits, and the reader's step that it completes.

    `step` is empty for services whose completion a reader does not see; `seq` ranks the steps.
    """

    name: str
    consumes: tuple[str, ...]
    emits: tuple[str, ...]
    calls: tuple[str, ...] = ()
    step: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """How a topic is made: partitions, and how long its records are kept in milliseconds."""

    name: str
    partitions: int
    retention_ms: int


STAGES = (
    Stage("router", (QUESTION_ASKED,), (QUESTION_ROUTED, QUESTION_CONCLUDED), ("guard",), "screen", 1),
    Stage("retriever", (QUESTION_ROUTED,), (EVIDENCE_RETRIEVED, QUESTION_CONCLUDED), (), "retrieve", 2),
    Stage("generator", (EVIDENCE_RETRIEVED,), (ANSWER_DRAFTED, QUESTION_CONCLUDED), (), "draft", 3),
    Stage("guard", (ANSWER_DRAFTED, QUESTION_CONCLUDED), (ANSWER_GUARDED,), ("retriever", "generator"), "check", 4),
    Stage("renderer", (ANSWER_GUARDED,), (ANSWER_PUBLISHED,), (), "publish", 5),
    Stage("auditor", (ANSWER_GUARDED,), (), ("guard",)),
    Stage("gateway", (ANSWER_PUBLISHED,), (QUESTION_ASKED,), ("renderer", "retriever", "auditor")),
)  # fmt: skip

SERVICES = tuple(stage.name for stage in STAGES)
STAGE = {stage.name: stage for stage in STAGES}


def dead_letter_topic(service: str) -> str:
    """Name the topic for records that a service cannot use."""
    return f"caveat.{service}.dead-letter.v1"


def topics() -> tuple[TopicSpec, ...]:
    """List every topic of the system, derived from the map."""
    hot = sorted({topic for stage in STAGES for topic in (*stage.consumes, *stage.emits)})
    return (
        *(TopicSpec(name, HOT_PARTITIONS, 3 * DAY_MS) for name in hot),
        TopicSpec(PROGRESS_MADE, 1, DAY_MS // 24),
        *(TopicSpec(dead_letter_topic(name), 1, 3 * DAY_MS) for name in SERVICES),
    )


def mermaid() -> str:
    """Draw the map as a Mermaid flow chart: solid arrows are topics, dotted ones gRPC calls."""
    lines = ["flowchart LR"]
    for stage in STAGES:
        for topic in stage.emits:
            short = topic.removeprefix("caveat.").removesuffix(".v1")
            lines += [
                f"  {stage.name} -->|{short}| {reader.name}"
                for reader in STAGES
                if topic in reader.consumes
            ]
        lines += [f"  {stage.name} -.-> {peer}" for peer in stage.calls]
    return "\n".join(lines)
