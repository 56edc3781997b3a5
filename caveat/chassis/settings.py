"""Settings from the environment, read once at start-up.

`CAVEAT_<FIELD>` is shared by all services, `CAVEAT_<SERVICE>_<FIELD>` belongs to one.
"""

import os
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import quote

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from caveat.chassis.passwords import password_of
from caveat.errors import DependencyMissing, StartupError

S = TypeVar("S", bound=BaseSettings)


class SharedSettings(BaseSettings):
    """What all services agree on."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_", frozen=True, extra="forbid")

    kafka_bootstrap: str = Field(
        default="127.0.0.1:7792",
        pattern=r"^[^:,\s]+:\d{1,5}(,[^:,\s]+:\d{1,5})*$",
        description="Kafka servers, host:port, separated by commas",
    )
    kafka_user: str = Field(default="", description="user of this process on Kafka; empty: none")
    kafka_password_file: Path | None = Field(default=None, description="file of its password")
    kafka_protocol: Literal["plaintext", "sasl_plaintext", "sasl_ssl"] | None = Field(
        default=None, description="default: sasl_plaintext with a user, plaintext without"
    )
    kafka_ca_file: Path | None = Field(
        default=None, description="certificates that sasl_ssl trusts; default: the system's"
    )
    home: Path = Field(
        default=Path(".caveat"), description="folder of stores, keys, logs and spans"
    )
    keys: Path | None = Field(default=None, description="folder of keys; default: HOME/keys")
    web: Path = Field(default=Path("web"), description="folder of templates, styles and scripts")
    instance: str = Field(
        default="1",
        pattern=r"^[A-Za-z0-9-]{1,63}$",
        description="unique among the live instances of a service, stable over restarts",
    )
    host: str = Field(default="127.0.0.1", description="address that servers listen on")
    session_ms: int = Field(
        default=10_000, ge=6_000, le=60_000, description="Kafka session timeout, milliseconds"
    )
    spans: bool = Field(default=True, description="write spans to HOME/spans")

    @property
    def keys_folder(self) -> Path:
        """Where the keys are."""
        return self.keys or self.home / "keys"


class ServiceSettings(BaseSettings):
    """What each service has of its own; subclasses set the prefix and add fields."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    grpc_port: int = Field(ge=1, le=65535, description="port of the gRPC server")
    probe_port: int = Field(ge=1, le=65535, description="port of /livez, /readyz and /metrics")
    window: int = Field(
        default=32, ge=1, le=1024, description="messages in work at once for each partition"
    )


class StoreSettings(ServiceSettings):
    """What the services with a store of their own have besides."""

    store: str = Field(
        default="",
        description="sqlite:///PATH or postgresql://USER@HOST/DATABASE; "
        "default: a SQLite file in HOME",
    )
    store_password_file: Path | None = Field(
        default=None, description="file with the password of the database's user"
    )

    def store_url(self, default: Path) -> str:
        """Complete the store's address. Raises DependencyMissing for an unreadable file."""
        url = self.store or f"sqlite:///{default.absolute()}"
        if self.store_password_file is None:
            return url
        password = password_of(self.store_password_file)
        scheme, _, rest = url.partition("://")
        user, at, place = rest.partition("@")
        if not at or ":" in user:
            raise DependencyMissing("the store's address names no user, or a password already")
        return f"{scheme}://{user}:{quote(password, safe='')}@{place}"


def load(kind: type[S]) -> S:
    """Read settings from the environment. Raises StartupError naming each variable at fault."""
    prefix = str(kind.model_config.get("env_prefix", ""))
    known = {f"{prefix}{name}".upper() for name in kind.model_fields}
    if prefix != SharedSettings.model_config.get("env_prefix"):
        unknown = sorted(v for v in os.environ if v.startswith(prefix) and v not in known)
        if unknown:
            raise StartupError(f"unknown setting: {', '.join(unknown)}")
    try:
        return kind()
    except ValidationError as error:
        faults = "; ".join(
            f"{prefix}{'_'.join(map(str, fault['loc'])).upper()}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False)
        )
        raise StartupError(f"settings: {faults}") from error
    except SettingsError as error:  # a list or mapping that is not JSON; the value is not told
        raise StartupError(f"settings: {prefix}*: {error}") from error
