"""Environment of the gateway. Read once, at start-up."""

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from caveat.chassis.settings import StoreSettings
from services.gateway.clients import Proxies, proxies_of
from services.gateway.limiting import Rates
from services.gateway.origins import ORIGIN

_ADDRESS = r"^\S+:\d{1,5}$"


class GatewaySettings(StoreSettings):
    """Every field is `CAVEAT_GATEWAY_<FIELD>`; a missing required one stops the process."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_GATEWAY_", frozen=True, extra="forbid")

    http_port: int = Field(ge=1, le=65535, description="port of the HTTP interface")
    renderer: str = Field(pattern=_ADDRESS, description="address of the renderer, host:port")
    retriever: str = Field(pattern=_ADDRESS, description="address of the retriever, host:port")
    auditor: str = Field(pattern=_ADDRESS, description="address of the auditor, host:port")
    rate_posts: int = Field(
        default=60, ge=0, description="POSTs a minute of one client; 0: any number"
    )
    rate_gets: int = Field(
        default=600, ge=0, description="GETs a minute of one client; 0: any number"
    )
    rate_events: int = Field(
        default=60, ge=0, description="connections to events a minute of one client; 0: any number"
    )
    sse_clients: int = Field(
        default=500, ge=1, le=100_000, description="clients that may listen to events at once"
    )
    trusted_proxies: str = Field(
        default="",
        description="addresses and networks, separated by commas, that speak for clients",
    )
    origins: str = Field(
        default="",
        description="origins whose pages may read the interface, exact, separated by commas",
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, text: str) -> str:
        proxies_of(_listed(text))
        return text

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, text: str) -> str:
        for origin in _listed(text):
            if not ORIGIN.fullmatch(origin):
                raise ValueError("an origin is http(s)://host or http(s)://host:port")
        return text

    @property
    def rates(self) -> Rates:
        """What one client may ask for in a minute."""
        return Rates(self.rate_posts, self.rate_gets, self.rate_events)

    @property
    def proxies(self) -> Proxies:
        """Whom to believe about where requests come from."""
        return proxies_of(_listed(self.trusted_proxies))

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """Whose pages may read the interface."""
        return _listed(self.origins)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
