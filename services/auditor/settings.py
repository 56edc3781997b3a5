"""Environment of the auditor. Read once, at start-up, by __main__."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from caveat.chassis.settings import StoreSettings


class AuditorSettings(StoreSettings):
    """Every field is `CAVEAT_AUDITOR_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_AUDITOR_", frozen=True, extra="forbid")

    guard: str = Field(description="address of the guard's gRPC server, host:port")
