"""Environment of the guard."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from caveat.chassis.settings import ServiceSettings

DEFAULT_POLICY = Path("policies/consumer/2026.11.1.yaml")


class GuardSettings(ServiceSettings):
    """Every field is `CAVEAT_GUARD_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_GUARD_", frozen=True, extra="forbid")

    retriever: str = Field(description="address of the retriever's gRPC server, host:port")
    policy: Path = Field(default=DEFAULT_POLICY, description="the written policy")
