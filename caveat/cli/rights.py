"""Make the users and the rights of the map on the broker of this machine, and look at them.

Both are what `admin` does. A right of one of our principals that the map does not grant is taken
away; those of other principals are none of our business.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caveat import authority
from caveat.authority import ADMIN, PRINCIPALS, Grant
from caveat.chassis.passwords import password_of
from caveat.cli import topics
from caveat.cli.access import (
    SCRAM,
    admin_of,
    create_passwords,
    described,
    options,
)
from caveat.cli.local import Local
from caveat.errors import UpstreamUnavailable
from caveat.pipeline import topics as topics_of_the_map

_SHOWN_WITHIN = 10.0  # seconds until the broker shows what its controller has taken in


@dataclass(frozen=True, slots=True)
class Changes:
    """What was made, given and taken away."""

    topics: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    granted: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Tell whether anything changed."""
        return bool(self.topics or self.users or self.granted or self.withdrawn)

    def lines(self) -> Iterator[str]:
        """Tell each change on a line of its own."""
        yield from self.topics
        yield from (f"+ user {name}" for name in self.users)
        yield from (f"+ {right}" for right in self.granted)
        yield from (f"- {right}" for right in self.withdrawn)

    def __str__(self) -> str:
        """Count the changes, for a person."""
        counts = (
            (len(self.topics), "topics made"),
            (len(self.users), "users made"),
            (len(self.granted), "rights given"),
            (len(self.withdrawn), "rights taken away"),
        )
        return ", ".join(f"{count} {what}" for count, what in counts if count)


@dataclass(frozen=True, slots=True)
class Differences:
    """The rights on a broker against those of the map, as kafka-python's ACLs."""

    missing: frozenset[Any]
    surplus: frozenset[Any]


def establish(local: Local, *, replicas: int = 1) -> Changes:
    """Make topics, users and rights what the map says. Raises UpstreamUnavailable.

    On a broker that the environment names only topics are made: its users and rights belong to
    whoever runs it.
    """
    connection = options(local, ADMIN)
    made = tuple(topics.apply(connection, topics_of_the_map(), replicas=replicas))
    if local.kafka:
        return Changes(topics=made)
    users = apply_users(connection, local.passwords, PRINCIPALS)
    granted, withdrawn = apply_rights(connection, authority.grants(), PRINCIPALS)
    return Changes(made, users, granted, withdrawn)


def establish_patiently(local: Local, *, seconds: float) -> Changes:
    """Establish on a broker that may still be starting. Raises UpstreamUnavailable in the end."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return establish(local)
        except UpstreamUnavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def apply_users(
    connection: Mapping[str, Any], passwords: Path, principals: Iterable[str]
) -> tuple[str, ...]:
    """Give every principal a user with the password of its file; return those that are new.

    Passwords are set again even where they are known: nobody can read from a broker whether a
    password is still the one in the file.
    """
    from kafka.admin import UserScramCredentialUpsertion

    files = {name: passwords / name for name in principals}
    create_passwords(passwords, files)
    for path in files.values():
        path.chmod(0o600)
    with admin_of(connection) as admin:
        known = set(admin.describe_user_scram_credentials())
        told = admin.alter_user_scram_credentials(
            [
                UserScramCredentialUpsertion(name, SCRAM, password_of(path))
                for name, path in files.items()
            ]
        )
        for name, fault in told.items():
            if fault:
                raise UpstreamUnavailable(
                    "kafka", f"{described(connection)}: no user {name}: {fault}"
                )
        _await_shown(lambda: files.keys() <= set(admin.describe_user_scram_credentials()))
    return tuple(sorted(files.keys() - known))


def apply_rights(
    connection: Mapping[str, Any], wanted: Iterable[Grant], principals: Iterable[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give what is missing and take away what is too much; return both, readably."""
    wanted, principals = frozenset(wanted), frozenset(principals)
    with admin_of(connection) as admin:
        found = _differences(admin, wanted, principals)
        if found.surplus:
            for _, _, fault in admin.delete_acls([_filter_of(acl) for acl in found.surplus]):
                _raise_if(fault, connection)
        if found.missing:
            for fault in admin.create_acls(list(found.missing))["failed"]:
                _raise_if(fault, connection)
        _await_shown(lambda: _differences(admin, wanted, principals) == _NONE)
    return tuple(sorted(map(readable, found.missing))), tuple(sorted(map(readable, found.surplus)))


def differences(
    connection: Mapping[str, Any],
    wanted: Iterable[Grant] | None = None,
    principals: Iterable[str] = PRINCIPALS,
) -> Differences:
    """Compare the rights on the broker with the map's. Raises UpstreamUnavailable."""
    granted = authority.grants() if wanted is None else wanted
    with admin_of(connection) as admin:
        return _differences(admin, frozenset(granted), frozenset(principals))


def readable(acl: Any) -> str:
    """Write a right as a person reads it."""
    pattern = acl.resource_pattern
    prefixed = "*" if pattern.pattern_type.name == "PREFIXED" else ""
    denied = "not " if acl.permission_type.name == "DENY" else ""
    who = acl.principal.removeprefix("User:")
    what = f"{acl.operation.name.lower()} {pattern.resource_type.name.lower()}"
    return f"{who}: {denied}{what} {pattern.resource_name}{prefixed}"


_NONE = Differences(frozenset(), frozenset())


def _differences(admin: Any, wanted: frozenset[Grant], principals: frozenset[str]) -> Differences:
    from kafka.admin import (
        ACLFilter,
        ACLOperation,
        ACLPermissionType,
        ACLResourcePatternType,
        ResourcePatternFilter,
        ResourceType,
    )

    everything = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
    found, _ = admin.describe_acls(
        ACLFilter(None, None, ACLOperation.ANY, ACLPermissionType.ANY, everything)
    )
    ours = {f"User:{name}" for name in principals}
    present = frozenset(acl for acl in found if acl.principal in ours)
    needed = frozenset(map(_acl_of, wanted))
    return Differences(needed - present, present - needed)


def _acl_of(grant: Grant) -> Any:
    from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType

    return ACL(
        principal=f"User:{grant.principal}",
        host="*",
        operation=ACLOperation[grant.operation],
        permission_type=ACLPermissionType.ALLOW,
        resource_pattern=ResourcePattern(ResourceType[grant.resource], grant.name),
    )


def _filter_of(acl: Any) -> Any:
    from kafka.admin import ACLFilter

    return ACLFilter(
        acl.principal, acl.host, acl.operation, acl.permission_type, acl.resource_pattern
    )


def _raise_if(fault: Any, connection: Mapping[str, Any]) -> None:
    from kafka.errors import NoError

    if fault is not NoError:
        raise UpstreamUnavailable("kafka", f"{described(connection)}: {fault.__name__}")


def _await_shown(holds: Callable[[], bool]) -> None:
    """Return once the broker shows a change that its controller has taken in."""
    deadline = time.monotonic() + _SHOWN_WITHIN
    while not holds():
        if time.monotonic() > deadline:
            raise UpstreamUnavailable("kafka", "the broker does not show what it has taken in")
        time.sleep(0.05)
