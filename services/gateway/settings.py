"""Environment of the gateway. Read once, at start-up."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from caveat.chassis.settings import StoreSettings

_ADDRESS = r"^\S+:\d{1,5}$"


class GatewaySettings(StoreSettings):
    """Every field is `CAVEAT_GATEWAY_<FIELD>`; a missing required one stops the process."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_GATEWAY_", frozen=True, extra="forbid")

    http_port: int = Field(ge=1, le=65535, description="port of the HTTP interface")
    renderer: str = Field(pattern=_ADDRESS, description="address of the renderer, host:port")
    retriever: str = Field(pattern=_ADDRESS, description="address of the retriever, host:port")
    auditor: str = Field(pattern=_ADDRESS, description="address of the auditor, host:port")
