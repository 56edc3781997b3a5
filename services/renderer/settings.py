"""Environment of the renderer. Read once, at start-up, by __main__."""

from pydantic_settings import SettingsConfigDict

from caveat.chassis.settings import ServiceSettings


class RendererSettings(ServiceSettings):
    """Every field is `CAVEAT_RENDERER_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_RENDERER_", frozen=True, extra="forbid")
