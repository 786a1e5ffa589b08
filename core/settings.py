"""The one place that reads the environment."""

from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.sealing import Keyring

DEFAULT_SECRET = "landbridge-development-only"  # noqa: S105 refused in production, see below


class Environment(StrEnum):
    """Where this process runs: production is strict about secrets."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class EncoderKind(StrEnum):
    """Which text encoder turns words into vectors."""

    PACKAGED = "packaged"
    NONE = "none"


def _split(written: object) -> object:
    """Read a list written with commas; spaces around its parts do not matter."""
    if not isinstance(written, str):
        return written
    return tuple(dict.fromkeys(part.strip() for part in written.split(",") if part.strip()))


def _require_networks(written: tuple[str, ...]) -> tuple[str, ...]:
    for one in written:
        try:
            if one != "*":
                ip_network(one, strict=False)
        except ValueError as error:
            raise ValueError(
                f"{one!r} is no address and no network: write such as 10.0.0.1 or 10.0.0.0/8"
            ) from error
    return written


def _none_if_empty(written: object) -> object:
    return None if written == "" else written


class Settings(BaseSettings):
    """Everything a deployment may set; each default works on a laptop without any server."""

    model_config = SettingsConfigDict(
        env_prefix="LANDBRIDGE_", env_file=".env", extra="ignore", frozen=True
    )

    environment: Environment = Environment.DEVELOPMENT
    data_dir: Path = Field(
        default=Path("var"), description="Folder of the SQLite file and of the index"
    )
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
    sealing_keys: SecretStr = Field(
        default=SecretStr(""),
        description="Keys that seal personal data and secrets, each the base64 of 32 bytes, with "
        "commas between them, newest first; empty means one made from secret_key",
    )
    encoder: EncoderKind = EncoderKind.PACKAGED
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    request_threads: int = Field(
        default=16, ge=1, le=256, description="Request threads and database connections alike"
    )
    max_body_bytes: int = Field(default=1_000_000, ge=10_000, le=100_000_000)
    head_seconds: float = Field(
        default=10, gt=0, le=600, description="Time for a caller to send the head of a request"
    )
    body_seconds: float = Field(
        default=20, gt=0, le=3600, description="Time for a caller to send the body of a request"
    )
    stalled_seconds: float = Field(
        default=30, gt=0, le=3600, description="Time for a caller to go on reading an answer"
    )
    connections_per_address: int = Field(
        default=0, ge=0, description="Connections that one address may have open; 0: any number"
    )
    trusted_proxies: Annotated[
        tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_require_networks)
    ] = Field(
        default=("127.0.0.1", "::1"),
        description="Addresses or networks, with commas between them, whose X-Forwarded-For and "
        "X-Forwarded-Proto are believed",
    )
    requests_per_minute: int = Field(
        default=0, ge=0, le=1_000_000, description="Requests that one address may send; 0: any"
    )
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    metrics_host: str = Field(
        default="127.0.0.1", description="Address on which metrics may be read"
    )
    metrics_port: int = Field(
        default=0, ge=0, le=65535, description="Port on which metrics may be read; 0 means none"
    )
    traces_url: str = Field(
        default="",
        description="OTLP address that traces are sent to over HTTP, such as "
        "http://127.0.0.1:4318/v1/traces; empty means none",
    )
    approvers: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = Field(
        default=(), description="Ids of those who vote on rankers, with commas between them"
    )
    approval_quorum: int = Field(
        default=2, ge=1, le=100, description="Votes that accept or refuse a ranker"
    )

    exposure_band: float = Field(
        default=0.05,
        ge=0,
        allow_inf_nan=False,
        description="How near scores must lie for providers to take turns; 0 orders by score alone",
    )

    index_url: str = Field(
        default="",
        description="Folder of the index's snapshots, a path or an fsspec URL such as s3://bucket/"
        "index; empty means `index` inside data_dir",
    )
    index_cache_dir: Annotated[Path | None, BeforeValidator(_none_if_empty)] = Field(
        default=None,
        description="Where snapshots of another machine are kept; empty means `index-cache` inside "
        "data_dir",
    )

    match_deadline_ms: int = Field(
        default=10_000,
        ge=10,
        le=600_000,
        description="How long a match may take, waiting for its turn included, before the answer "
        "is 503",
    )
    matches_at_once: int = Field(
        default=2, ge=1, le=256, description="Matches computed at the same time by one process"
    )
    matches_waiting: int = Field(
        default=128, ge=0, le=10_000, description="Matches that may wait; more are answered 503"
    )
    max_import_bytes: int = Field(
        default=20_000_000,
        ge=10_000,
        le=20_000_000,
        description="Bytes of one file to be imported through the server",
    )
    open_access: Annotated[bool | None, BeforeValidator(_none_if_empty)] = Field(
        default=None,
        description="Whether those who have not signed in may store needs, which all of them share; "
        "empty means only in development",
    )
    operators_without_sign_in: Annotated[bool | None, BeforeValidator(_none_if_empty)] = Field(
        default=None,
        description="Whether whoever reaches the server may import and undo; empty means only in "
        "development. Set it in production only behind a proxy that lets operators alone through",
    )
    max_batch_bytes: int = Field(
        default=20_000_000,
        ge=10_000,
        le=1_000_000_000,
        description="Bytes of one batch of needs; it is held in memory until it is matched",
    )

    @model_validator(mode="after")
    def _refuse_default_secrets(self) -> "Settings":
        if (
            self.environment is Environment.PRODUCTION
            and self.secret_key.get_secret_value() == DEFAULT_SECRET
        ):
            raise ValueError("set LANDBRIDGE_SECRET_KEY: production does not run on the default")
        return self

    @model_validator(mode="after")
    def _require_keys_that_seal(self) -> "Settings":
        try:
            _ = self.keyring
        except ValueError as error:
            raise ValueError(
                "LANDBRIDGE_SEALING_KEYS holds something else than keys: each is the base64 of 32 "
                "bytes, such as `openssl rand -base64 32` prints"
            ) from error
        return self

    @model_validator(mode="after")
    def _require_a_quorum_that_can_be_reached(self) -> "Settings":
        if self.approvers and len(self.approvers) < self.approval_quorum:
            raise ValueError(
                f"LANDBRIDGE_APPROVERS names {len(self.approvers)}, but "
                f"LANDBRIDGE_APPROVAL_QUORUM asks for {self.approval_quorum}: name more approvers "
                "or lower the quorum"
            )
        return self

    @property
    def is_open_to_operators(self) -> bool:
        """Whether whoever has not signed in is taken for an operator, and may judge and vote."""
        if self.operators_without_sign_in is None:
            return self.environment is Environment.DEVELOPMENT
        return self.operators_without_sign_in

    @property
    def is_open(self) -> bool:
        """Whether those who have not signed in share an organisation of their own."""
        if self.open_access is None:
            return self.environment is Environment.DEVELOPMENT
        return self.open_access

    @property
    def keyring(self) -> Keyring:
        """What seals secrets and the data of people."""
        written = self.sealing_keys.get_secret_value().split(",")
        return Keyring.of(
            [key for part in written if (key := part.strip())],
            secret=self.secret_key.get_secret_value(),
        )

    @property
    def sqlalchemy_url(self) -> str:
        """The database to use: the one that is set, or SQLite inside `data_dir`."""
        given = self.database_url.get_secret_value()
        return given or f"sqlite:///{(self.data_dir / 'landbridge.db').as_posix()}"

    @property
    def index_location(self) -> str:
        """Where the index's snapshots lie: what is set, or a folder inside `data_dir`."""
        return self.index_url or (self.data_dir / "index").as_posix()

    @property
    def index_cache(self) -> Path:
        """Where snapshots of another machine are kept on this one."""
        return self.index_cache_dir or self.data_dir / "index-cache"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Read the environment once per process."""
    return Settings()
