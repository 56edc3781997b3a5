"""How the command line reaches Kafka: as which user, with which password.

On the broker of this machine every principal of the map has a user, and its password is a file of
its name. A broker that the environment names knows one user: the one that the environment names.
"""

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from caveat.authority import ADMIN, OPERATOR
from caveat.chassis.passwords import password_of
from caveat.cli.local import Local
from caveat.cli.plan import bootstrap_of
from caveat.errors import DependencyMissing, UpstreamUnavailable

SCRAM = "SCRAM-SHA-512"
BOOTSTRAP_MS = 5_000

_PASSWORD_BYTES = 32
_SIGN_IN_MS = 3_000


def options(local: Local, principal: str = OPERATOR) -> dict[str, Any]:
    """Return kafka-python's connection options for a principal. Raises DependencyMissing."""
    common = {"bootstrap_servers": bootstrap_of(local), "bootstrap_timeout_ms": BOOTSTRAP_MS}
    if not local.kafka:
        password = password_of(local.passwords / principal)
        # The broker knows its admin from its own configuration, before there are any users.
        mechanism = "PLAIN" if principal == ADMIN else SCRAM
        return common | _sasl("SASL_PLAINTEXT", mechanism, principal, password)
    if not local.kafka_user:
        return common
    password = password_of(Path(local.kafka_password_file))
    protocol = local.kafka_protocol.upper() or "SASL_PLAINTEXT"
    tls = {"ssl_cafile": local.kafka_ca_file} if local.kafka_ca_file else {}
    return common | tls | _sasl(protocol, SCRAM, local.kafka_user, password)


def _sasl(protocol: str, mechanism: str, user: str, password: str) -> dict[str, Any]:
    return {
        "security_protocol": protocol,
        "sasl_mechanism": mechanism,
        "sasl_plain_username": user,
        "sasl_plain_password": password,
    }


def can_sign_in(local: Local, principal: str) -> bool:
    """Tell whether a principal's password is the one that the broker knows."""
    quickly = {"bootstrap_timeout_ms": _SIGN_IN_MS}
    try:
        with admin_of(options(local, principal) | quickly) as admin:
            admin.list_topics()
    except (DependencyMissing, UpstreamUnavailable):
        return False
    return True


@contextmanager
def admin_of(connection: Mapping[str, Any]) -> Iterator[Any]:
    """Open kafka-python's admin client. Raises UpstreamUnavailable for all that Kafka refuses."""
    from kafka.admin import KafkaAdminClient
    from kafka.errors import KafkaError

    admin = None
    try:
        admin = KafkaAdminClient(**connection, client_id="caveat-admin")
        yield admin
    except KafkaError as error:
        raise UpstreamUnavailable("kafka", f"{described(connection)}: {error}") from error
    finally:
        if admin is not None:
            admin.close()


def described(connection: Mapping[str, Any]) -> str:
    """Say where a connection leads and as whom, for a person."""
    user = connection.get("sasl_plain_username")
    where = str(connection["bootstrap_servers"])
    return f"{where} as {user}" if user else where


def new_password() -> str:
    """Make a password that needs no escaping anywhere."""
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def create_passwords(folder: Path, principals: Iterable[str]) -> tuple[str, ...]:
    """Make the passwords that are missing, each in a file of its principal's name."""
    missing = tuple(name for name in principals if not (folder / name).exists())
    for name in missing:
        write_password(folder / name, new_password())
    return missing


def write_password(path: Path, password: str) -> None:
    """Keep a password for its owner alone; a reader sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(password)
    partial.replace(path)
