"""Where the stack of this machine is: read from the environment, once for each command."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from caveat.errors import StartupError

DEFAULT_HOME = ".caveat"
DEFAULT_BASE = 7700
_REMEMBERED = "port-base"
HIGHEST_BASE = 64_000  # replicas and the broker's ports lie above the base


@dataclass(frozen=True, slots=True)
class Local:
    """The folder, the ports and the addresses that the commands agree on.

    `kafka` is empty when the stack runs a broker of its own; what follows `gateway` says how to
    reach another one.
    """

    home: Path
    base: int
    kafka: str
    gateway: str
    kafka_user: str = ""
    kafka_password_file: str = ""
    kafka_protocol: str = ""
    kafka_ca_file: str = ""

    @property
    def keys(self) -> Path:
        """Where the keys are."""
        return self.home / "keys"

    @property
    def passwords(self) -> Path:
        """Where each user of this machine's broker has its password, as a file of its name."""
        return self.keys / "private" / "kafka"


def local_of(environment: Mapping[str, str]) -> Local:
    """Read the environment. Raises StartupError for a port base that is none."""
    home = Path(environment.get("CAVEAT_HOME") or DEFAULT_HOME).expanduser().resolve()
    base = _base(environment.get("CAVEAT_PORT_BASE", "") or remembered(home) or str(DEFAULT_BASE))
    return Local(
        home=home,
        base=base,
        kafka=environment.get("CAVEAT_KAFKA_BOOTSTRAP", ""),
        gateway=(environment.get("CAVEAT_GATEWAY_URL") or f"http://127.0.0.1:{base}").rstrip("/"),
        kafka_user=environment.get("CAVEAT_KAFKA_USER", ""),
        kafka_password_file=_absolute(environment.get("CAVEAT_KAFKA_PASSWORD_FILE", "")),
        kafka_protocol=environment.get("CAVEAT_KAFKA_PROTOCOL", ""),
        kafka_ca_file=_absolute(environment.get("CAVEAT_KAFKA_CA_FILE", "")),
    )


def remember(local: Local) -> None:
    """Note where a stack begins its ports, for commands in shells that were not told."""
    (local.home / _REMEMBERED).write_text(f"{local.base}\n")


def remembered(home: Path) -> str:
    """Return the port base of this folder's last stack, or nothing where there was none."""
    try:
        return (home / _REMEMBERED).read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""


def here() -> Local:
    """Read this command's own environment."""
    return local_of(os.environ)


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().resolve()) if path else ""


def _base(text: str) -> int:
    if not (text.isdecimal() and 1024 <= int(text) <= HIGHEST_BASE):
        raise StartupError(f"CAVEAT_PORT_BASE is not a port from 1024 to {HIGHEST_BASE}: {text!r}")
    return int(text)
