"""The one place that reads the environment."""

from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_SECRET = "landbridge-development-only"  # noqa: S105 refused in production, see below


class Environment(StrEnum):
    """Where this process runs: production is strict about secrets."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class EncoderKind(StrEnum):
    """Which text encoder turns words into vectors."""

    PACKAGED = "packaged"
    NONE = "none"


class Settings(BaseSettings):
    """Everything a deployment may set; each default works on a laptop without any server."""

    model_config = SettingsConfigDict(
        env_prefix="LANDBRIDGE_", env_file=".env", extra="ignore", frozen=True
    )

    environment: Environment = Environment.DEVELOPMENT
    data_dir: Path = Field(default=Path("var"), description="Folder of the SQLite file")
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="SQLAlchemy URL, which may hold a password; empty means SQLite inside data_dir",
    )
    redis_url: SecretStr = Field(
        default=SecretStr(""), description="Broker of the Celery workers; empty means none"
    )
    secret_key: SecretStr = Field(
        default=SecretStr(DEFAULT_SECRET), description="Signs form tokens"
    )
    encoder: EncoderKind = EncoderKind.PACKAGED
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    request_threads: int = Field(
        default=16, ge=1, le=256, description="Request threads and database connections alike"
    )
    max_body_bytes: int = Field(default=1_000_000, ge=10_000, le=100_000_000)
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @model_validator(mode="after")
    def _refuse_default_secrets(self) -> "Settings":
        if (
            self.environment is Environment.PRODUCTION
            and self.secret_key.get_secret_value() == DEFAULT_SECRET
        ):
            raise ValueError("set LANDBRIDGE_SECRET_KEY: production does not run on the default")
        return self

    @property
    def sqlalchemy_url(self) -> str:
        """The database to use: the one that is set, or SQLite inside `data_dir`."""
        given = self.database_url.get_secret_value()
        return given or f"sqlite:///{(self.data_dir / 'landbridge.db').as_posix()}"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Read the environment once per process."""
    return Settings()
