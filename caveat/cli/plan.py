"""What the local stack consists of: programs, ports, environment. Pure; stack.py carries it out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from caveat.authority import OBSERVER
from caveat.cli.local import Local
from caveat.errors import StartupError
from caveat.pipeline import SERVICES

HOST = "127.0.0.1"
BROKER = "kafka"

# Above the base; services count from 1.
_GRPC, _PROBES, _OBSERVER, _KAFKA, _CONTROLLER, _REPLICA = 10, 20, 29, 92, 93, 100

# Which peers a service is told of: CAVEAT_<SERVICE>_<PEER>=host:port.
PEERS: Mapping[str, tuple[str, ...]] = {
    "router": ("guard",),
    "guard": ("retriever", "generator"),
    "auditor": ("guard",),
    "gateway": ("renderer", "retriever", "auditor"),
}
SINGLE = frozenset({"auditor"})  # one log, one writer

# On one machine everybody is one client: the person at it, and what measures and tests the stack.
_DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "gateway": dict.fromkeys(
        ("CAVEAT_GATEWAY_RATE_POSTS", "CAVEAT_GATEWAY_RATE_GETS", "CAVEAT_GATEWAY_RATE_EVENTS"), "0"
    )
}

_SHARED = ("CAVEAT_KEYS", "CAVEAT_WEB", "CAVEAT_HOST", "CAVEAT_SESSION_MS", "CAVEAT_SPANS")
# glibc otherwise keeps an arena for every thread of every service.
_FRUGAL = {"MALLOC_ARENA_MAX": "2"}


@dataclass(frozen=True, slots=True)
class Program:
    """One process of the stack; `probe_port` is 0 for the broker, which has no probes."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    ports: tuple[int, ...]
    probe_port: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that `caveat up` brings up."""

    home: Path
    base: int
    bootstrap: str
    services: tuple[Program, ...]
    observer: Program
    broker_ports: tuple[int, int] | None = field(default=None)

    @property
    def url(self) -> str:
        """Where the API of the first gateway is."""
        return f"http://{HOST}:{self.base}"

    @property
    def programs(self) -> tuple[Program, ...]:
        """Everything that has probes: the services, and the observer beside them."""
        return (*self.services, self.observer)

    def broker(self, command: tuple[str, ...], digest: str) -> tuple[Program, ...]:
        """Make the broker's program, or nothing when the broker is somebody else's.

        `digest` is its configuration's: another one makes it another program.
        """
        if self.broker_ports is None:
            return ()
        environment = {"CAVEAT_HOME": str(self.home), "CAVEAT_BROKER": digest}
        return (Program(BROKER, command, environment, self.broker_ports),)


def plan_of(
    local: Local,
    environment: Mapping[str, str],
    *,
    python: str,
    replicas: Mapping[str, int] | None = None,
) -> Plan:
    """Work out the stack. Raises StartupError for replicas that cannot be."""
    wanted = dict.fromkeys(SERVICES, 1) | dict(replicas or {})
    check_replicas(wanted)
    bootstrap = bootstrap_of(local)
    programs = tuple(
        _service(local, bootstrap, environment, python=python, name=name, instance=instance)
        for name in SERVICES
        for instance in range(1, wanted[name] + 1)
    )
    observer = _observer(local, bootstrap, environment, python=python)
    ports = (local.base + _KAFKA, local.base + _CONTROLLER) if not local.kafka else None
    return Plan(local.home, local.base, bootstrap, programs, observer, ports)


def bootstrap_of(local: Local) -> str:
    """Say where Kafka is: where the environment says, or on a port of our own."""
    return local.kafka or f"{HOST}:{local.base + _KAFKA}"


def grpc_port(base: int, service: str, instance: int = 1) -> int:
    """Say which gRPC port an instance of a service has."""
    return base + _GRPC + _number(service) + _REPLICA * (instance - 1)


def probe_port(base: int, service: str, instance: int = 1) -> int:
    """Say which port an instance of a service has for its probes."""
    return base + _PROBES + _number(service) + _REPLICA * (instance - 1)


def http_port(base: int, instance: int = 1) -> int:
    """Say which HTTP port an instance of the gateway has."""
    return base + _REPLICA * (instance - 1)


def _number(service: str) -> int:
    return SERVICES.index(service) + 1


def check_replicas(wanted: Mapping[str, int]) -> None:
    """Raise StartupError for a stage that does not exist or cannot run so often."""
    for name, count in wanted.items():
        if name not in SERVICES:
            raise StartupError(f"no stage is called {name}; there are {', '.join(SERVICES)}")
        if not 1 <= count <= 9:
            raise StartupError(f"{name} can have 1 to 9 replicas, not {count}")
        if name in SINGLE and count > 1:
            raise StartupError(f"{name} runs once: one log has one writer")


def _service(
    local: Local,
    bootstrap: str,
    environment: Mapping[str, str],
    *,
    python: str,
    name: str,
    instance: int,
) -> Program:
    prefix = f"CAVEAT_{name.upper()}_"
    grpc, probe = grpc_port(local.base, name, instance), probe_port(local.base, name, instance)
    listed = {
        **_FRUGAL,
        "CAVEAT_HOME": str(local.home),
        "CAVEAT_KAFKA_BOOTSTRAP": bootstrap,
        "CAVEAT_INSTANCE": str(instance),
        f"{prefix}GRPC_PORT": str(grpc),
        f"{prefix}PROBE_PORT": str(probe),
        **_user(local, name),
    }
    for peer in PEERS.get(name, ()):
        listed[f"{prefix}{peer.upper()}"] = f"{HOST}:{grpc_port(local.base, peer)}"
    ports: tuple[int, ...] = (grpc, probe)
    if name == "gateway":
        http = http_port(local.base, instance)
        listed[f"{prefix}HTTP_PORT"] = str(http)
        ports = (http, *ports)
    own = {
        variable: value
        for variable, value in environment.items()
        if (variable.startswith(prefix) and variable not in _COMMAND_LINE) or variable in _SHARED
    }
    return Program(
        name=name if instance == 1 else f"{name}-{instance}",
        command=(python, "-m", f"services.{name}"),
        environment={**_DEFAULTS.get(name, {}), **own, **listed},
        ports=ports,
        probe_port=probe,
    )


def _observer(
    local: Local, bootstrap: str, environment: Mapping[str, str], *, python: str
) -> Program:
    prefix, port = f"CAVEAT_{OBSERVER.upper()}_", local.base + _OBSERVER
    listed = {
        **_FRUGAL,
        "CAVEAT_HOME": str(local.home),
        "CAVEAT_KAFKA_BOOTSTRAP": bootstrap,
        f"{prefix}PROBE_PORT": str(port),
        **_user(local, OBSERVER),
    }
    own = {k: v for k, v in environment.items() if k.startswith(prefix) or k in _SHARED}
    command = (python, "-m", "caveat.chassis.observer")
    return Program(OBSERVER, command, own | listed, (port,), port)


def _user(local: Local, principal: str) -> dict[str, str]:
    """Say who a process is on Kafka: itself, or on another broker whom the environment names."""
    if not local.kafka:
        password = local.passwords / principal
        return {"CAVEAT_KAFKA_USER": principal, "CAVEAT_KAFKA_PASSWORD_FILE": str(password)}
    named = {
        "CAVEAT_KAFKA_USER": local.kafka_user,
        "CAVEAT_KAFKA_PASSWORD_FILE": local.kafka_password_file,
        "CAVEAT_KAFKA_PROTOCOL": local.kafka_protocol,
        "CAVEAT_KAFKA_CA_FILE": local.kafka_ca_file,
    }
    return {variable: value for variable, value in named.items() if value}


# The command line's own variable that looks like a setting of the gateway.
_COMMAND_LINE = frozenset({"CAVEAT_GATEWAY_URL"})
