"""Environment of the router."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from caveat.chassis.settings import ServiceSettings


class RouterSettings(ServiceSettings):
    """Every field is `CAVEAT_ROUTER_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_ROUTER_", frozen=True, extra="forbid")

    guard: str = Field(description="address of the guard's gRPC server, host:port")
