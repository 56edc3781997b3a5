"""The laptop's Kafka: jars from Maven Central in the user's cache, one KRaft node, one process."""

import base64
import hashlib
import os
import shutil
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

import caveat
from caveat.authority import ADMIN
from caveat.cli.access import new_password, write_password
from caveat.errors import DependencyMissing, StartupError

ROOT = Path(caveat.__file__).resolve().parents[1]
RECIPE = ROOT / "deploy" / "local"

_MAVEN_TIMEOUT = 600  # seconds
_JVM = ("-Xms128m", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


def jar_folder() -> Path:
    """Say where Kafka's jars are or would be: another recipe has another folder."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    digest = hashlib.sha256((RECIPE / "pom.xml").read_bytes()).hexdigest()[:12]
    return cache / "caveat" / f"kafka-{digest}"


def jars() -> Path:
    """Return the folder of Kafka's jars, fetching them once. Raises DependencyMissing."""
    pom, folder = RECIPE / "pom.xml", jar_folder()
    if folder.exists():
        return folder
    maven = _program("mvn", "maven")
    partial = folder.with_name(f"{folder.name}.{os.getpid()}")
    try:
        subprocess.run(  # noqa: S603 - the arguments are ours
            [maven, "-q", "-B", "-f", str(pom), "dependency:copy-dependencies",
             f"-DoutputDirectory={partial}", "-DincludeScope=runtime"],
            check=True, capture_output=True, text=True, timeout=_MAVEN_TIMEOUT,
        )  # fmt: skip
        partial.rename(folder)
    except (subprocess.SubprocessError, OSError) as error:
        shutil.rmtree(partial, ignore_errors=True)
        if folder.exists():  # another process was faster
            return folder
        detail = getattr(error, "stdout", "") or str(error)
        first = detail.strip().splitlines()[:1]
        raise DependencyMissing(
            f"Kafka could not be fetched with mvn: {' '.join(first)}"
        ) from error
    return folder


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise DependencyMissing(f"{name} is missing; on Debian: apt-get install {package}")
    return found


def _cluster_id() -> str:
    """Make a random id in Kafka's own form, which must not look like an option."""
    text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    return _cluster_id() if text.startswith("-") else text


@dataclass(frozen=True, slots=True)
class LocalBroker:
    """One broker: its folder, its two loopback ports, and the folder of its users' passwords."""

    folder: Path
    port: int
    controller_port: int
    passwords: Path

    @property
    def bootstrap(self) -> str:
        """The address for clients."""
        return f"127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Write the configuration and format the storage once. Raises StartupError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._config.write_text(self._configuration())
        if not (self.passwords / ADMIN).exists():
            write_password(self.passwords / ADMIN, new_password())
        if (self.folder / "log" / "meta.properties").exists():
            return
        self._tool("format", "-t", _cluster_id(), "-c", str(self._config))

    def command(self) -> list[str]:
        """Return the command that runs the broker in the foreground."""
        return [*self._java(), *_JVM, "-cp", f"{jars()}/*", "kafka.Kafka", str(self._config)]

    @property
    def digest(self) -> str:
        """Name this configuration: a broker that runs with another has to be restarted."""
        return hashlib.sha256(self._config.read_bytes()).hexdigest()[:12]

    def _configuration(self) -> str:
        folder, passwords = self.folder.resolve(), self.passwords.resolve()
        if set(str(passwords)) & set(":{}"):  # they end a name in Kafka's ${file:FOLDER:NAME}
            raise StartupError(
                f"the folder {passwords} has signs in its name that Kafka cannot use"
            )
        text = (RECIPE / "server.properties").read_text()
        for name in ("port", "controller_port"):
            text = text.replace(f"{{{name}}}", str(getattr(self, name)))
        return text.replace("{folder}", str(folder)).replace("{passwords}", str(passwords))

    @property
    def _config(self) -> Path:
        return self.folder / "server.properties"

    def _java(self) -> list[str]:
        log4j = f"-Dlog4j2.configurationFile={RECIPE / 'log4j2.properties'}"
        return [_program("java", "default-jre-headless"), log4j]

    def _tool(self, *arguments: str) -> str:
        command = [*self._java(), "-cp", f"{jars()}/*", "kafka.tools.StorageTool", *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - the arguments are ours
                command, check=True, capture_output=True, text=True, timeout=120
            )
        except subprocess.SubprocessError as error:
            detail = (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1:]
            raise DependencyMissing(f"Kafka's storage tool failed: {' '.join(detail)}") from error
        return done.stdout
