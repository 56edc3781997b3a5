"""Environment of the generator."""

from pydantic_settings import SettingsConfigDict

from caveat.chassis.settings import ServiceSettings


class GeneratorSettings(ServiceSettings):
    """Every field is `CAVEAT_GENERATOR_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_GENERATOR_", frozen=True, extra="forbid")
