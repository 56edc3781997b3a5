"""Environment of the guard."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from caveat.chassis.settings import StoreSettings

DEFAULT_POLICY = Path("policies/consumer/2026.11.4.yaml")


class GuardSettings(StoreSettings):
    """Every field is `CAVEAT_GUARD_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_GUARD_", frozen=True, extra="forbid")

    retriever: str = Field(description="address of the retriever's gRPC server, host:port")
    generator: str | None = Field(
        default=None,
        description="address of the generator's gRPC server; without it nothing is redrafted",
    )
    policy: Path = Field(default=DEFAULT_POLICY, description="the written policy")
