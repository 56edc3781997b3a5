"""caveat policy replay: judge stored drafts again, and list what another policy would change."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from caveat.cli import console
from caveat.cli.console import Json, Quiet, Teller
from caveat.cli.local import here
from caveat.cli.policy import stop_at
from caveat.errors import PermanentError

if TYPE_CHECKING:
    from caveat.cli.peers import Call

_PAGE = 1000
_DEADLINE = 30.0  # seconds for one draft

Findings = Counter[tuple[str, str]]
"""How often which rule was found where: rule and sentence."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a draft was judged to be."""

    verdict: str
    findings: Findings


@dataclass(frozen=True, slots=True)
class Change:
    """A decision that would come out differently; rules as `rule (sentence)`."""

    decision: str
    question_id: str
    version: int
    verdict_before: str
    verdict_after: str
    no_longer: tuple[str, ...]
    newly: tuple[str, ...]


@dataclass(slots=True)
class Replayed:
    """What judging drafts again has shown so far; `lost` counts why some could not be."""

    looked_at: int = 0
    changed: list[Change] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)


def replay(
    policy: Annotated[
        Path | None, typer.Option(help="The policy to try; default: the one the guard has loaded.")
    ] = None,
    since: Annotated[
        str,
        typer.Option(metavar="DATE", help="Only decisions since this date or RFC 3339 time."),
    ] = "",
    after: Annotated[int, typer.Option(min=0, help="Only decisions after this number.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="At most so many drafts.")] = 1000,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Judge stored drafts again and list what would change. Records and signs nothing.

    With --policy, its judgement is compared with that of the guard's own policy; without, the
    guard's judgement of today with what was recorded. Nothing is redrafted, so that a sentence
    which a model had written again counts as it was first written.

    Examples:
    caveat policy replay --policy draft.yaml --since 2026-11-20
    caveat policy replay --after 1000 --limit 200 --json
    """
    from caveat.cli.peers import calling
    from caveat.cli.progress import counting
    from caveat.v1.guard_service_pb2_grpc import GuardServiceStub

    content, begin, replayed = _content(policy), _moment(since), Replayed()
    with (
        calling(here(), "guard", GuardServiceStub) as call,
        counting("judging", quiet=quiet) as advance,
    ):
        for record in islice(_drafted(call, after, begin), limit):
            replayed.looked_at += 1
            advance(replayed.looked_at, 0)
            _judge_again(call, record, content, replayed)
    if as_json:
        _show_json(replayed)
        return
    _show(replayed, Teller(quiet=quiet))


class _Unjudged(PermanentError):
    """A draft that cannot be judged again; says why."""


def _content(policy: Path | None) -> bytes:
    """Read the policy to be tried, and leave where the guard would not load it."""
    if policy is None:
        return b""
    from services.guard.policy_file import read_policy

    stop_at(read_policy(policy), told=False)
    return policy.read_bytes()


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no date", param_hint="--since") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _drafted(call: "Call", after: int, since: datetime | None) -> Iterator[Mapping[str, Any]]:
    """List the records of decisions about drafts, in order of their number."""
    from caveat.cli.decisions import read
    from caveat.v1.guard_service_pb2 import ListDecisionsRequest

    while page := call("ListDecisions", ListDecisionsRequest(after=after, limit=_PAGE)).decisions:
        for decision in page:
            record = read(decision)
            if not record.get("draft_digest"):
                continue
            if since is None or datetime.fromisoformat(str(record["decided_at"])) >= since:
                yield record
        after = page[-1].number


def _judge_again(
    call: "Call", record: Mapping[str, Any], content: bytes, replayed: Replayed
) -> None:
    try:
        before, now = _both(call, record, content)
    except _Unjudged as error:
        replayed.lost[str(error)] += 1
        return
    if before != now:
        replayed.changed.append(_change(record, before, now))


def _both(call: "Call", record: Mapping[str, Any], content: bytes) -> tuple[Judged, Judged]:
    """Judge a draft by two policies, or by one and by what was recorded."""
    from caveat.v1.guard_service_pb2 import ReplayDraftRequest

    number = int(record["decision_number"])
    try:
        asked = ReplayDraftRequest(decision_number=number)
        own = _judged(call("ReplayDraft", asked, deadline=_DEADLINE))
    except PermanentError as error:  # erased, or never to be opened again
        raise _Unjudged(str(error)) from error
    if not content:
        return _recorded(record), own
    tried = ReplayDraftRequest(decision_number=number, policy=content)
    return own, _judged(call("ReplayDraft", tried, deadline=_DEADLINE))


def _judged(told: Any) -> Judged:
    from caveat.v1 import verdict_pb2

    name = verdict_pb2.Verdict.Name(told.verdict).removeprefix("VERDICT_").lower()
    return Judged(name, Counter((f.rule_id, f.sentence) for f in told.findings))


def _recorded(record: Mapping[str, Any]) -> Judged:
    found = Counter((str(f["rule_id"]), str(f["sentence"])) for f in record["findings"])
    return Judged(str(record["verdict"]), found)


def _change(record: Mapping[str, Any], before: Judged, now: Judged) -> Change:
    return Change(
        decision=str(record["decision_id"]),
        question_id=str(record["question_id"]),
        version=int(record["version"]),
        verdict_before=before.verdict,
        verdict_after=now.verdict,
        no_longer=_told(before.findings - now.findings),
        newly=_told(now.findings - before.findings),
    )


def _told(findings: Findings) -> tuple[str, ...]:
    return tuple(
        f"{rule} ({sentence})" if sentence else rule for rule, sentence in sorted(findings)
    )


def _show_json(replayed: Replayed) -> None:
    listed = [asdict(one) for one in replayed.changed]
    lost = dict(replayed.lost)
    console.show_json({"drafts": replayed.looked_at, "not_judged": lost, "changed": listed})


def _show(replayed: Replayed, teller: Teller) -> None:
    rows = [
        (
            one.decision,
            one.question_id,
            one.verdict_before,
            one.verdict_after,
            " ".join([*(f"-{rule}" for rule in one.no_longer), *(f"+{r}" for r in one.newly)]),
        )
        for one in replayed.changed
    ]
    if rows:
        console.show_table(("decision", "question", "verdict", "would be", "rules"), rows)
    teller.say(f"{len(rows)} of {replayed.looked_at} would change.")
    for why, count in replayed.lost.items():
        teller.say(f"{count} could not be judged again: {why}")
