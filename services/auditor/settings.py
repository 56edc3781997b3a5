"""Environment of the auditor. Read once, at start-up, by __main__."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from caveat.chassis.settings import ServiceSettings


class AuditorSettings(ServiceSettings):
    """Every field is `CAVEAT_AUDITOR_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_AUDITOR_", frozen=True, extra="forbid")

    grpc_port: int = Field(default=7715, ge=1, le=65535, description="port of the gRPC server")
    probe_port: int = Field(
        default=7725, ge=1, le=65535, description="port of /livez, /readyz and /metrics"
    )
