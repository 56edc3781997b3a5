"""Every metric that services expose. telemetry.yaml says what each one means.

A label has few values, and they are ours: never an id, never text. Series that an alert watches
begin at 0, since a counter that appears with a 1 shows Prometheus no rise.
"""

from collections.abc import Iterable, Mapping
from itertools import product

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.metrics import MetricWrapperBase

from caveat.authority import OBSERVER

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
# What is promised of questions is promised for 30 seconds and for 5 minutes.
QUESTION_SECONDS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600)

stage_seconds = Histogram(
    "caveat_stage_seconds", "Time from reading a message to its durable outcome", ["stage"],
    buckets=SECONDS,
)  # fmt: skip
stage_events = Counter(
    "caveat_stage_events_total", "Messages finished, by how they ended", ["stage", "result"]
)
stage_waiting = Gauge(
    "caveat_stage_waiting_messages", "Messages held because a peer is away", ["stage", "peer"]
)
dead_letters = Counter(
    "caveat_dead_letters_total", "Records sent to a dead-letter topic", ["service", "reason"]
)
questions_accepted = Counter("caveat_questions_accepted_total", "Questions accepted with 202")
outcomes = Counter("caveat_outcomes_total", "Terminal answers", ["outcome", "audience"])
question_seconds = Histogram(
    "caveat_question_seconds", "Time from acceptance to the terminal answer",
    buckets=QUESTION_SECONDS,
)  # fmt: skip
questions_unfinished = Gauge(
    "caveat_questions_unfinished", "Accepted questions without a terminal answer"
)
oldest_unfinished = Gauge(
    "caveat_oldest_unfinished_seconds", "Age of the oldest question without a terminal answer"
)
corpus_age = Gauge(
    "caveat_corpus_age_seconds", "Time since the least recently seen source was seen", ["source"]
)
model_requests = Counter(
    "caveat_model_requests_total", "Requests to the model, retries included", ["outcome"]
)
model_seconds = Histogram(
    "caveat_model_seconds", "Time of asking the model, retries included", ["operation"],
    buckets=SECONDS,
)  # fmt: skip
model_tokens = Counter(
    "caveat_model_tokens_total", "Tokens that the model says it used", ["direction"]
)
model_fallbacks = Counter(
    "caveat_model_fallbacks_total", "Drafts by the extractive composer for the model's", ["reason"]
)
guard_decisions = Counter("caveat_guard_decisions_total", "Decisions stored", ["verdict", "policy"])
guard_rule_fired = Counter(
    "caveat_guard_rule_fired_total", "Findings of the guard", ["rule_id", "action"]
)
guard_seconds = Histogram(
    "caveat_guard_seconds", "Time in parts of the guard", ["part"], buckets=SECONDS
)
sentences = Counter(
    "caveat_sentences_total", "Sentences judged, by class and fate", ["class", "fate"]
)
sse_clients = Gauge("caveat_sse_clients", "Clients that listen to events of questions")
rate_limited = Counter("caveat_rate_limited_total", "Requests refused with 429", ["rate"])
attestation_failures = Counter(
    "caveat_attestation_failures_total", "Signatures that did not verify", ["where"]
)
audit_leaves = Gauge("caveat_audit_log_leaves", "Leaves in the audit log")
audit_backfilled = Counter(
    "caveat_audit_backfilled_leaves_total", "Decisions taken from the guard's store"
)
audit_checkpoint_age = Gauge(
    "caveat_audit_checkpoint_age_seconds", "Age of the oldest leaf that no checkpoint covers"
)
audit_contradictions = Counter(
    "caveat_audit_contradictions_total", "Times that the log, or the guard's store, broke its word"
)
consumer_lag = Gauge(
    "caveat_consumer_lag",
    "Records that a group has not finished",
    ["group", "topic"],
)
lag_seconds = Gauge(
    "caveat_lag_seconds", "Age of the oldest record that a group has not finished",
    ["group", "topic"],
)  # fmt: skip

_OF_EVERY_PROCESS = (stage_waiting,)
_OF_EVERY_STAGE = (stage_seconds, stage_events, dead_letters)
_OF_ONE: Mapping[str, tuple[MetricWrapperBase, ...]] = {
    "gateway": (
        questions_accepted, outcomes, question_seconds, questions_unfinished, oldest_unfinished,
        sse_clients, rate_limited, attestation_failures,
    ),
    "retriever": (corpus_age,),
    "generator": (model_requests, model_seconds, model_tokens, model_fallbacks),
    "guard": (guard_decisions, guard_rule_fired, guard_seconds, sentences),
    "renderer": (attestation_failures,),
    "auditor": (
        attestation_failures, audit_leaves, audit_backfilled, audit_checkpoint_age,
        audit_contradictions,
    ),
}  # fmt: skip
_OF_OBSERVER = (consumer_lag, lag_seconds)


def from_zero(metric: Counter | Gauge | Histogram, *labels: Iterable[str]) -> None:
    """Begin the series of every combination of these labels' values."""
    for values in product(*labels):
        metric.labels(*values)


def exposed_by(process: str) -> tuple[MetricWrapperBase, ...]:
    """List our metrics that a process exposes; a service that is not named has a stage's alone."""
    if process == OBSERVER:
        return (*_OF_EVERY_PROCESS, *_OF_OBSERVER)
    return (*_OF_EVERY_PROCESS, *_OF_EVERY_STAGE, *_OF_ONE.get(process, ()))


def registry_of(process: str) -> CollectorRegistry:
    """Collect what a process exposes: what is its own, and what Python tells of every process.

    All metrics live in every process, for this module is one. Exposed everywhere, the auditor's
    count of leaves would be 0 in seven places and right in one.
    """
    registry = CollectorRegistry()
    for metric in exposed_by(process):
        registry.register(metric)
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    return registry
