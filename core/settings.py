"""The one place that reads the environment."""

from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.audit.signing import PublicKeys, SigningKey, decode_key
from core.sealing import Keyring
from core.session_limits import SessionLimits
from core.smtp import require_mail_settings

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
        "commas between them, newest first; `secret` among them, or nothing at all, means one made "
        "from secret_key",
    )
    digest_key: SecretStr = Field(
        default=SecretStr(""),
        description="What people are found by: the base64 of 32 bytes that `landbridge keys digest` "
        "prints; empty means one made from the oldest of sealing_keys, which cannot be taken out then",
    )
    audit_anchor_url: str = Field(
        default="",
        description="Folder of the anchors of the audit trail, a path or an fsspec URL that nobody "
        "reaches with the credentials of the database; empty means none",
    )
    audit_signing_key: SecretStr = Field(
        default=SecretStr(""),
        description="Signs anchors: the base64 of 32 bytes; empty where this process writes none",
    )
    audit_public_keys: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = Field(
        default=(),
        description="Public halves of other keys whose anchors are believed, with commas between "
        "them: those used before, and on machines that only verify the one in use",
    )
    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="Mail server: smtps://user:password@host is TLS, smtp:// STARTTLS, smtp+plain:// "
        "neither, for this machine; empty means that no mail is sent",
    )
    mail_from: str = Field(
        default="noreply@localhost",
        description="From whom mail comes: an address, or Name <address>",
    )
    public_url: str = Field(
        default="",
        pattern="^(https?://[^\\s]+)?$",
        description="Where people find the pages of this server; stands in mail",
    )
    encoder: EncoderKind = EncoderKind.PACKAGED
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    request_threads: int = Field(
        default=16, ge=1, le=256, description="Request threads and database connections alike"
    )
    statement_seconds: float = Field(
        default=5, ge=0, le=600, description="Time of a request for one statement on PostgreSQL"
    )
    lock_seconds: float = Field(
        default=2, ge=0, le=600, description="Time of a request to wait for one lock there"
    )
    idle_transaction_seconds: float = Field(
        default=30, ge=0, le=3600, description="Time between statements before it is cut off there"
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
    account_requests_per_minute: int = Field(
        default=0, ge=0, le=1_000_000, description="Requests that one account may send; 0: any"
    )
    tenant_requests_per_minute: int = Field(
        default=0, ge=0, le=1_000_000, description="Requests that one organisation may send; 0: any"
    )
    tenant_matches_per_minute: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="Matches that one organisation may ask for; 0: any",
    )
    tenant_searches_per_minute: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="Searches of providers that one organisation may make; 0: any",
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
    oidc_issuer: str = Field(
        default="",
        pattern=r"^(https://\S+|http://(127\.0\.0\.1|localhost)(:\d+)?(/\S*)?)?$",
        description="OpenID Connect provider with which people may sign in; empty means none",
    )
    oidc_client_id: str = Field(default="", description="As the provider knows this installation")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="What the provider gave for the client id"
    )
    oidc_name: str = Field(
        default="", max_length=60, description="What people call the provider; empty: its host"
    )
    self_registration: bool = Field(
        default=False,
        description="Whether enterprises may register without an invitation; needs SMTP_URL and "
        "PUBLIC_URL, since the link that confirms it is mailed",
    )
    max_batch_bytes: int = Field(
        default=20_000_000,
        ge=10_000,
        le=1_000_000_000,
        description="Bytes of one batch of needs; it is held in memory until it is matched",
    )

    home_jurisdiction: str = Field(
        default="HK",
        pattern="^[A-Z]{2}(-[A-Z0-9]{1,9})?$",
        description="Where the platform is and stores data: a country's code, or a place's in it "
        "such as CN-4403",
    )
    shred_url: str = Field(
        default="",
        description="Folder of the list of erased people, a path or an fsspec URL that every "
        "machine reaches, and that is in no backup of the database; empty means `erased` inside "
        "data_dir",
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
                "LANDBRIDGE_SEALING_KEYS or LANDBRIDGE_DIGEST_KEY holds something else than keys: each "
                "is the base64 of 32 bytes, such as `landbridge keys new` prints"
            ) from error
        return self

    @model_validator(mode="after")
    def _require_keys_that_sign(self) -> "Settings":
        for name, read in (
            ("AUDIT_SIGNING_KEY", lambda: self.signing_key),
            ("AUDIT_PUBLIC_KEYS", lambda: self.anchor_keys),
        ):
            try:
                read()
            except ValueError as error:
                raise ValueError(
                    f"LANDBRIDGE_{name} cannot be used: {error}; `landbridge audit new-key` makes one"
                ) from error
        return self

    @model_validator(mode="after")
    def _require_a_mail_server_that_can_be_used(self) -> "Settings":
        if self.has_mail:
            try:
                require_mail_settings(self.smtp_url.get_secret_value(), self.mail_from)
            except ValueError as error:
                raise ValueError(
                    f"LANDBRIDGE_SMTP_URL and LANDBRIDGE_MAIL_FROM: {error}"
                ) from error
        return self

    @model_validator(mode="after")
    def _require_mail_for_registrations(self) -> "Settings":
        if self.self_registration and not self.mails_links:
            raise ValueError(
                "LANDBRIDGE_SELF_REGISTRATION needs LANDBRIDGE_SMTP_URL and LANDBRIDGE_PUBLIC_URL, "
                "since a registration is confirmed by a mailed link: set both"
            )
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
    def has_mail(self) -> bool:
        """Whether there is a mail server."""
        return bool(self.smtp_url.get_secret_value())

    @property
    def mails_links(self) -> bool:
        """Whether links can be mailed: there is a mail server, and an address that they begin with."""
        return self.has_mail and bool(self.public_url)

    @property
    def is_open(self) -> bool:
        """Whether those who have not signed in share an organisation of their own."""
        if self.open_access is None:
            return self.environment is Environment.DEVELOPMENT
        return self.open_access

    @property
    def has_outside_sign_in(self) -> bool:
        """Whether people may sign in with an OpenID Connect provider."""
        return bool(self.oidc_issuer and self.oidc_client_id)

    @property
    def outside_name(self) -> str:
        """What people call that provider; empty where there is none."""
        host = urlsplit(self.oidc_issuer).hostname or ""
        return (self.oidc_name or host) if self.has_outside_sign_in else ""

    @property
    def keyring(self) -> Keyring:
        """What seals secrets and the data of people."""
        written = self.sealing_keys.get_secret_value().split(",")
        return Keyring.of(
            [key for part in written if (key := part.strip())],
            secret=self.secret_key.get_secret_value(),
            digest_key=self.digest_key.get_secret_value().strip(),
        )

    @property
    def signing_key(self) -> SigningKey | None:
        """What signs anchors of the audit trail; None where nothing does."""
        written = self.audit_signing_key.get_secret_value()
        return SigningKey.of(written) if written else None

    @property
    def anchor_keys(self) -> PublicKeys:
        """The keys whose anchors are believed: our own, and those that are named."""
        own = self.signing_key
        named = [decode_key(written) for written in self.audit_public_keys]
        return PublicKeys(named if own is None else [own.public, *named])

    @property
    def sqlalchemy_url(self) -> str:
        """The database to use: the one that is set, or SQLite inside `data_dir`."""
        given = self.database_url.get_secret_value()
        return given or f"sqlite:///{(self.data_dir / 'landbridge.db').as_posix()}"

    @property
    def session_limits(self) -> SessionLimits:
        """How long PostgreSQL bears with what requests ask."""
        return SessionLimits(
            "landbridge-requests",
            statement=self.statement_seconds,
            lock=self.lock_seconds,
            idle=self.idle_transaction_seconds,
        )

    @property
    def shred_location(self) -> str:
        """Where the list of erased people lies: what is set, or a folder inside `data_dir`."""
        return self.shred_url or (self.data_dir / "erased").as_posix()

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
