"""Environment of the retriever. Read once, at start-up, by __main__."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from caveat.chassis.settings import ServiceSettings


class RetrieverSettings(ServiceSettings):
    """Every field is `CAVEAT_RETRIEVER_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_RETRIEVER_", frozen=True, extra="forbid")

    corpus: Path | None = Field(
        default=None, description="folder of the corpus; default: HOME/corpus"
    )
