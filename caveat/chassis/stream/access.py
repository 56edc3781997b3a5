"""How a service reaches Kafka: as which user, and what it says when Kafka refuses it.

A refusal (a wrong password, a right that is missing) is the world's fault, never a message's:
whoever meets one waits as for a broker that is away, until somebody mends it.
"""

import asyncio
import logging
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka.conn import create_conn
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from caveat.chassis.passwords import password_of
from caveat.chassis.settings import SharedSettings
from caveat.errors import DependencyMissing, StartupError

log = logging.getLogger(__name__)

MECHANISM = "SCRAM-SHA-512"
REFUSALS = (
    TopicAuthorizationFailedError,
    GroupAuthorizationFailedError,
    ClusterAuthorizationFailedError,
)


@dataclass(frozen=True, slots=True)
class Access:
    """Where Kafka is and who we are there; without a user, nobody in particular."""

    bootstrap: str
    protocol: str = "plaintext"
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None

    def options(self) -> dict[str, Any]:
        """Return the connection options of aiokafka's clients."""
        options: dict[str, Any] = {"bootstrap_servers": self.bootstrap}
        if self.protocol == "plaintext":
            return options
        return options | self._signed_in()

    def _signed_in(self) -> dict[str, Any]:
        tls = ssl.create_default_context(cafile=self.ca_file) if self._is_encrypted else None
        return {
            "security_protocol": self.protocol.upper(),
            "ssl_context": tls,
            "sasl_mechanism": MECHANISM,
            "sasl_plain_username": self.user,
            "sasl_plain_password": self.password,
        }

    @property
    def _is_encrypted(self) -> bool:
        return self.protocol == "sasl_ssl"

    async def is_refused(self) -> bool:
        """Tell whether Kafka answers and refuses our password, which clients keep to themselves."""
        if self.protocol == "plaintext":
            return False
        host, _, port = self.bootstrap.split(",")[0].rpartition(":")
        try:
            connection = await create_conn(
                host, int(port), client_id="caveat", request_timeout_ms=5_000, **self._signed_in()
            )
        except SaslAuthenticationFailed:
            return True
        except (KafkaError, OSError, TimeoutError, ValueError):
            return False  # it is away, which the caller has met already and tells
        connection.close()
        return False


def access_of(shared: SharedSettings) -> Access:
    """Read the settings and the password. Raises StartupError."""
    protocol = shared.kafka_protocol or ("sasl_plaintext" if shared.kafka_user else "plaintext")
    if (protocol == "plaintext") is bool(shared.kafka_user):
        raise StartupError(
            f"CAVEAT_KAFKA_PROTOCOL is {protocol} and CAVEAT_KAFKA_USER is"
            f" {'set' if shared.kafka_user else 'empty'}: only sasl_plaintext and sasl_ssl sign in"
        )
    if shared.kafka_ca_file is not None and not shared.kafka_ca_file.is_file():
        raise DependencyMissing(f"CAVEAT_KAFKA_CA_FILE: {shared.kafka_ca_file} is no file")
    password = _password(shared.kafka_password_file) if shared.kafka_user else ""
    return Access(
        shared.kafka_bootstrap, protocol, shared.kafka_user, password, shared.kafka_ca_file
    )


def _password(path: Path | None) -> str:
    if path is None:
        raise StartupError("CAVEAT_KAFKA_USER is set and CAVEAT_KAFKA_PASSWORD_FILE is not")
    return password_of(path)


async def stopped(consumer: Any) -> None:
    """Stop a consumer. aiokafka lets the cancellation of its own fetches out when it is away."""
    try:
        await consumer.stop()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        await consumer._client.close()  # what `stop` did not come to


class Troubles:
    """Tells each trouble with Kafka once, until it is over."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._told: set[tuple[str, str]] = set()

    async def tell(self, error: Exception) -> None:
        """Log what is wrong: a refusal names the user and what it was refused."""
        if isinstance(error, REFUSALS):
            message, about = "kafka refused a right", _subject_of(error)
        elif isinstance(error, UnknownTopicOrPartitionError):
            # To whoever may not see it, a topic that is there looks like one that is not.
            message, about = "a topic is missing or refused", _subject_of(error)
        elif await self._access.is_refused():
            message, about = "kafka refused the user's password", ""
        else:
            message, about = "waiting for the broker", ""
        if (message, about) in self._told:
            return
        self._told.add((message, about))
        told = {"user": self._access.user, "error": type(error).__name__}
        level = logging.WARNING if message.startswith("waiting") else logging.ERROR
        log.log(level, message, extra=told | ({"about": about} if about else {}))

    def over(self, about: str | None = None) -> None:
        """Forget what was told: of one topic, or of everything."""
        self._told = {key for key in self._told if about is not None and key[1] != about}


def _subject_of(error: Exception) -> str:
    """Name the topics or the group that were refused, as aiokafka hands them over."""
    if not error.args:
        return "everything"
    subject = error.args[0]
    return ",".join(sorted(map(str, subject))) if isinstance(subject, set | list) else str(subject)
