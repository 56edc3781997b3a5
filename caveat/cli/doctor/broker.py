"""Kafka: whether it answers, and whether users, topics and rights are those of the map."""

import shlex
from collections.abc import Iterator

from caveat.cli.doctor.diagnosis import Diagnosis, guarded, ill, sound
from caveat.cli.local import Local
from caveat.cli.plan import bootstrap_of

_APPLY = "caveat topics apply"
_RESTART = "caveat down && caveat up"


def checks(local: Local) -> Iterator[Diagnosis]:
    """Look at the broker; at what is on it only when it answers."""
    from caveat.cli.probing import answers

    address = bootstrap_of(local)
    if not answers(address):
        theirs = f"start the Kafka at {address}, or unset CAVEAT_KAFKA_BOOTSTRAP for one of our own"
        yield ill("broker", f"{address} does not answer", theirs if local.kafka else "caveat up")
        return  # a Kafka client would go on trying
    yield sound("broker", f"{address} answers")
    if not local.kafka:  # users and rights of another broker are its deployment's
        users = guarded("users", _RESTART, lambda: _users(local))
        yield users
        if not users.ok:
            return  # the rest would only be refused
    yield guarded("topics", _APPLY, lambda: _topics(local))
    if not local.kafka:
        yield guarded("rights", _APPLY, lambda: _rights(local))


def _users(local: Local) -> Diagnosis:
    """Sign in as everyone, which also tells a password that is no longer the file's."""
    from concurrent.futures import ThreadPoolExecutor

    from caveat.authority import ADMIN, CLIENT, OPERATOR, PRINCIPALS
    from caveat.cli.access import can_sign_in

    users = (*PRINCIPALS, ADMIN)
    with ThreadPoolExecutor(max_workers=4) as pool:
        entered = pool.map(lambda user: can_sign_in(local, user), users)
        refused = [user for user, could in zip(users, entered, strict=True) if not could]
    if refused:
        # A service reads its password when it starts, and the broker that of its admin.
        mend = _APPLY if {OPERATOR, CLIENT}.issuperset(refused) else _RESTART
        return ill("users", f"cannot sign in: {', '.join(refused)}", mend)
    open_to_others = [path.name for path in local.passwords.iterdir() if path.stat().st_mode & 0o77]
    if open_to_others:
        found = f"others can read the password of {', '.join(sorted(open_to_others))}"
        return ill("users", found, f"chmod 600 {local.passwords}/*")
    return sound("users", f"all {len(users)} can sign in")


def _topics(local: Local) -> Diagnosis:
    from caveat.cli.access import options
    from caveat.cli.topics import partitions
    from caveat.pipeline import topics

    has, wanted = partitions(options(local)), topics()
    lacking = [spec.name for spec in wanted if spec.name not in has]
    wrong = [spec for spec in wanted if has.get(spec.name, spec.partitions) != spec.partitions]
    told = ", ".join(f"{s.name} ({has[s.name]} partitions, not {s.partitions})" for s in wrong)
    found = [f"missing: {', '.join(lacking)}"] if lacking else []
    found += [f"wrong: {told}"] if wrong else []
    if not found:
        return sound("topics", f"all {len(wanted)}")
    # Partitions can be added, but none can be taken away.
    too_many = any(has[spec.name] > spec.partitions for spec in wrong)
    return ill("topics", "; ".join(found), _mend_of_too_many(local) if too_many else _APPLY)


def _mend_of_too_many(local: Local) -> str:
    if local.kafka:
        return f"delete the topic with the tools of that broker, then {_APPLY}"
    folder = shlex.quote(str(local.home / "kafka"))
    return f"caveat down && rm -r {folder} && caveat up (questions under way are lost)"


def _rights(local: Local) -> Diagnosis:
    from caveat.authority import grants
    from caveat.cli.access import options
    from caveat.cli.rights import differences, readable

    found = differences(options(local))
    wrong = [f"missing: {right}" for right in sorted(map(readable, found.missing))]
    wrong += [f"too much: {right}" for right in sorted(map(readable, found.surplus))]
    if not wrong:
        return sound("rights", f"all {len(grants())}, and no other")
    more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
    return ill("rights", "; ".join(wrong[:3]) + more, _APPLY)
