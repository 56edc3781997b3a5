"""Every metric that services expose. telemetry.yaml says what each one means."""

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

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
    "caveat_question_seconds", "Time from acceptance to the terminal answer", buckets=SECONDS
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
