"""Environment of the generator."""

from pathlib import Path
from typing import Self

from pydantic import AnyHttpUrl, Field, model_validator
from pydantic_settings import SettingsConfigDict

from caveat.chassis.settings import ServiceSettings


class GeneratorSettings(ServiceSettings):
    """Every field is `CAVEAT_GENERATOR_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_GENERATOR_", frozen=True, extra="forbid")

    model_url: AnyHttpUrl | None = Field(
        default=None,
        description="address of an OpenAI-compatible API, with its /v1; without it, no model",
    )
    model: str | None = Field(
        default=None, max_length=200, description="name of the model at that address"
    )
    model_key_file: Path | None = Field(
        default=None, description="file that holds the API key; without it, none is sent"
    )
    model_timeout_s: float = Field(
        default=20, gt=0, le=120, description="seconds for a draft by the model, retry included"
    )
    model_tokens: int = Field(
        default=2000, ge=16, le=32_000, description="most tokens of one reply of the model"
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.model_url is not None and not (self.model or "").strip():
            raise ValueError("CAVEAT_GENERATOR_MODEL must name the model")
        return self
