"""Everything Caveat raises on purpose.

CaveatError
├── TransientError            try again later: the same message may succeed
│   └── UpstreamUnavailable   a broker, store or peer is away
├── PermanentError            never try again: dead-letter the message and move on
│   ├── MalformedEvent        bytes that break their contract
│   ├── MismatchedKey         key and body name different questions
│   ├── OversizeEvent         a record past the size limit
│   ├── InvalidQuestion       a question outside the limits
│   ├── CheckCrashed          a check of the guard that did not run to its end
│   ├── ConflictingDraft      a second draft for a question that was asked differently
│   └── UnknownRecord         something named by id that is not there
├── VerificationFailed        a signature that does not hold over its bytes
└── StartupError              the process cannot begin its work; exit 69
    ├── PolicyMisconfigured   a guard that would let everything through
    ├── CorpusUnreadable      a corpus that is missing or damaged
    └── DependencyMissing     a program, port, key or file that must be there is not
"""


class CaveatError(Exception):
    """Base of every deliberate error; `reason` is safe to log and to label metrics with."""

    reason = "internal"


class TransientError(CaveatError):
    """The message is fine and the world is not. The stream edge waits."""

    reason = "transient"


class UpstreamUnavailable(TransientError):
    """A broker, store or peer did not answer. A model's fault never becomes this."""

    reason = "upstream_unavailable"

    def __init__(self, peer: str, detail: str = "") -> None:
        super().__init__(f"{peer} is unavailable{': ' + detail if detail else ''}")
        self.peer = peer


class PermanentError(CaveatError):
    """Retrying cannot help. The stream edge sends the message to the dead-letter topic."""

    reason = "permanent"


class MalformedEvent(PermanentError):
    """Bytes that do not decode as the event their topic promises."""

    reason = "malformed_event"


class MismatchedKey(PermanentError):
    """Key and body name different questions, so the record speaks for neither of them."""

    reason = "mismatched_key"


class OversizeEvent(PermanentError):
    """A record or draft larger than the contract allows."""

    reason = "oversize"


class InvalidQuestion(PermanentError):
    """A question that is empty, too short, too long or names an unknown audience."""

    reason = "invalid_question"


class CheckCrashed(PermanentError):
    """A check of the guard that did not run to its end, and so has not passed."""

    reason = "check_crashed"


class ConflictingDraft(PermanentError):
    """A draft whose question differs from the one already decided under the same id."""

    reason = "conflicting_draft"


class UnknownRecord(PermanentError):
    """A record that was asked for by id and does not exist."""

    reason = "unknown_record"


class VerificationFailed(CaveatError):
    """A signature is missing, made with an unknown key, or not over these bytes."""

    reason = "verification_failed"


class StartupError(CaveatError):
    """The process cannot begin its work. Its message is one line that says what to mend."""

    reason = "startup"


class PolicyMisconfigured(StartupError):
    """A guard that would let everything through."""

    reason = "policy_misconfigured"


class CorpusUnreadable(StartupError):
    """A corpus or index that is missing, damaged or of another format."""

    reason = "corpus_unreadable"


class DependencyMissing(StartupError):
    """A program, port, key or file that must be there is not."""

    reason = "dependency_missing"
