"""Environment of the auditor. Read once, at start-up, by __main__."""

from pydantic_settings import SettingsConfigDict

from caveat.chassis.settings import ServiceSettings


class AuditorSettings(ServiceSettings):
    """Every field is `CAVEAT_AUDITOR_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_AUDITOR_", frozen=True, extra="forbid")
