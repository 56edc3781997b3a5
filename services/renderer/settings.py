"""Environment of the renderer. Read once, at start-up, by __main__."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from caveat.chassis.settings import ServiceSettings


class RendererSettings(ServiceSettings):
    """Every field is `CAVEAT_RENDERER_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_RENDERER_", frozen=True, extra="forbid")

    grpc_port: int = Field(default=7714, ge=1, le=65535, description="port of the gRPC server")
    probe_port: int = Field(
        default=7724, ge=1, le=65535, description="port of /livez, /readyz and /metrics"
    )
