"""caveat doctor: look at everything that the stack rests on, and say what mends what is wrong."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer

from caveat.cli import console
from caveat.cli.console import Json
from caveat.cli.local import Local, here
from caveat.cli.plan import bootstrap_of, plan_of
from caveat.errors import CaveatError, UpstreamUnavailable

_OLDEST, _TOO_NEW = (3, 11), (3, 14)
_FREE_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One check; `mend` is a command, or what to do, when it is not ok."""

    check: str
    ok: bool
    found: str
    mend: str = ""


def doctor(as_json: Json = False) -> None:
    """Check what the stack needs and print the command that mends what is wrong.

    Exit status 1 when a check fails.
    """
    found = tuple(diagnoses(here()))
    if as_json:
        console.show_json([asdict(each) for each in found])
    else:
        console.show_table(
            ("check", "state", "found", "mend"),
            ((d.check, "ok" if d.ok else "failed", d.found, "" if d.ok else d.mend) for d in found),
        )
    raise typer.Exit(0 if all(each.ok for each in found) else 1)


def diagnoses(local: Local) -> Iterator[Diagnosis]:
    """Run every check, whatever the others come to."""
    running = _names(local)
    yield _python(sys.version_info[:2])
    yield from _programs(local)
    yield _ports(local, running)
    yield _broker(local)
    yield _guarded("topics", "caveat topics apply", lambda: _topics(local))
    if not local.kafka:  # users and rights of another broker are its deployment's
        yield _guarded("users", "caveat topics apply", lambda: _users(local))
        yield _guarded("rights", "caveat topics apply", lambda: _rights(local))
    yield _guarded("keys", "as it says", lambda: _keys(local))
    chmod = f"chmod 600 {_private_key(local)}"
    yield _guarded("key mode", chmod, lambda: _key_mode(local))
    yield _guarded("corpus", "caveat corpus build", lambda: _corpus(local))
    yield _disk(local)
    yield _services(local, running)


def _names(local: Local) -> frozenset[str]:
    from caveat.cli.supervision import Supervision

    try:
        return frozenset(state.name for state in Supervision(local.home).states())
    except UpstreamUnavailable:
        return frozenset()  # the stack is down; a check of its own says so


def _guarded(check: str, mend: str, look: Callable[[], tuple[bool, str]]) -> Diagnosis:
    try:
        ok, found = look()
    except FileNotFoundError as error:
        ok, found = False, f"{error.filename} is missing"
    except (CaveatError, OSError) as error:
        ok, found = False, str(error)
    return Diagnosis(check, ok, found, mend)


def _python(version: tuple[int, ...]) -> Diagnosis:
    ok = _OLDEST <= version < _TOO_NEW
    return Diagnosis("python", ok, ".".join(map(str, version)), "install Python 3.11, 3.12 or 3.13")


def _programs(local: Local) -> Iterator[Diagnosis]:
    from caveat.cli.broker import jar_folder

    if local.kafka:
        return  # somebody else's broker needs nothing here
    java = shutil.which("java")
    yield Diagnosis(
        "java", bool(java), java or "missing", "apt-get install default-jre-headless"
    )  # fmt: skip
    maven, fetched = shutil.which("mvn"), jar_folder().exists()
    found = maven or ("missing, and not needed: Kafka is fetched" if fetched else "missing")
    yield Diagnosis("maven", bool(maven) or fetched, found, "apt-get install maven")


def _ports(local: Local, running: frozenset[str]) -> Diagnosis:
    from caveat.cli.probing import taken

    plan = plan_of(local, os.environ, python=sys.executable)
    programs = [p for p in plan.programs if p.name not in running]
    ports = [port for program in programs for port in program.ports]
    if plan.broker_ports and "kafka" not in running:
        ports += plan.broker_ports
    used = taken(sorted(ports))
    found = f"taken: {', '.join(map(str, used))}" if used else f"from {local.base}: free, or ours"
    return Diagnosis("ports", not used, found, "export CAVEAT_PORT_BASE=8700")


def _broker(local: Local) -> Diagnosis:
    from caveat.cli.probing import answers

    address = bootstrap_of(local)
    ok = answers(address)
    return Diagnosis(
        "broker", ok, f"{address} {'answers' if ok else 'does not answer'}", "caveat up"
    )


def _topics(local: Local) -> tuple[bool, str]:
    from caveat.cli.access import options
    from caveat.cli.topics import partitions
    from caveat.pipeline import topics

    _reach_broker(local)
    found, wanted = partitions(options(local)), topics()
    wrong = [spec.name for spec in wanted if found.get(spec.name) != spec.partitions]
    if wrong:
        return False, f"missing, or with other partitions: {', '.join(wrong)}"
    return True, f"all {len(wanted)}"


def _users(local: Local) -> tuple[bool, str]:
    """Sign in as everyone, which also tells a password that is no longer the file's."""
    from concurrent.futures import ThreadPoolExecutor

    from caveat.authority import ADMIN, PRINCIPALS
    from caveat.cli.access import can_sign_in

    _reach_broker(local)
    users = (*PRINCIPALS, ADMIN)
    with ThreadPoolExecutor(max_workers=4) as pool:
        entered = pool.map(lambda user: can_sign_in(local, user), users)
        refused = [user for user, could in zip(users, entered, strict=True) if not could]
    if refused:
        return False, f"cannot sign in: {', '.join(refused)}"
    open_to_others = [path.name for path in local.passwords.iterdir() if path.stat().st_mode & 0o77]
    if open_to_others:
        return False, f"others can read the password of {', '.join(sorted(open_to_others))}"
    return True, f"all {len(users)} can sign in"


def _rights(local: Local) -> tuple[bool, str]:
    from caveat.authority import grants
    from caveat.cli.access import options
    from caveat.cli.rights import differences, readable

    _reach_broker(local)
    found = differences(options(local))
    wrong = [f"missing: {right}" for right in sorted(map(readable, found.missing))]
    wrong += [f"too much: {right}" for right in sorted(map(readable, found.surplus))]
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        return False, "; ".join(wrong[:3]) + more
    return True, f"all {len(grants())}, and no other"


def _reach_broker(local: Local) -> None:
    """Raise UpstreamUnavailable at once, where a Kafka client would go on trying."""
    from caveat.cli.probing import answers

    if not answers(bootstrap_of(local)):
        raise UpstreamUnavailable("kafka", "the broker does not answer")


def _keys(local: Local) -> tuple[bool, str]:
    from caveat.attestation import list_keys

    # What is wrong with keys is mended in different ways; each fault names its own.
    found = list_keys(local.keys, datetime.now(UTC))
    return True, next(k.fingerprint for k in found if (k.owner, k.state) == ("guard", "current"))


def _key_mode(local: Local) -> tuple[bool, str]:
    mode = _private_key(local).stat().st_mode & 0o777
    return mode == 0o600, f"{mode:o}"


def _private_key(local: Local) -> Path:
    return local.keys / "private" / "guard.json"


def _corpus(local: Local) -> tuple[bool, str]:
    from services.retriever.folder import CorpusFolder
    from services.retriever.version import open_version

    folder = CorpusFolder(local.home / "corpus")
    return True, open_version(folder.versions / folder.pointer().current).manifest.corpus_version


def _disk(local: Local) -> Diagnosis:
    place = next(folder for folder in (local.home, *local.home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    found = f"{free / (1 << 30):.1f} GiB free at {place}"
    return Diagnosis("disk", free >= _FREE_BYTES, found, "free 1 GiB, or set CAVEAT_HOME")


def _services(local: Local, running: frozenset[str]) -> Diagnosis:
    from caveat.cli import stack

    if not running:
        return Diagnosis("services", ok=False, found="the stack is down", mend="caveat up")
    waiting = [row.program for row in stack.status(local) if not row.ready]
    found = f"not ready: {', '.join(waiting)}" if waiting else f"all {len(running)} are ready"
    mend = f"caveat logs {' '.join(waiting)}"
    return Diagnosis("services", not waiting, found, mend)
