"""Every setting, read once from the environment. Nothing else in the project reads `os.environ`.

`load()` gives one frozen Struct, or raises `SettingsError`, which names the variable, the value's fault and an example.
`SETTINGS` is the table that the reader, `./parley doctor` and the README share.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec


class SettingsError(Exception):
    """A variable's value can't be used. `str()` of it is one sentence for whoever starts the program."""

    def __init__(self, name: str, fault: str, example: str) -> None:
        super().__init__(f"{name} {fault}; for example {name}={example}")
        self.name, self.fault, self.example = name, fault, example


class Secret(str):
    """A string that shows itself only where it is used as one: its `repr` hides it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret('***')" if self else "Secret('')"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What one process was told. Empty strings mean "not set"; durations are seconds."""

    host: str
    port: int
    public_url: str
    data_dir: Path
    database_url: Secret
    database_owner_url: Secret
    redis_url: Secret
    secret_key: Secret
    web_concurrency: int
    anthropic_api_key: Secret
    anthropic_base_url: str
    anthropic_model: str
    smtp_url: Secret
    smtp_from: str
    log_level: str
    trusted_proxies: str
    metrics_token: Secret
    password_memory: int
    database_pool: int
    drain_seconds: float
    quiet_seconds: float
    follow_up_seconds: float
    idle_seconds: float
    embedded: bool
    """True where a store is one of our own, started under `data_dir`."""


def load(environ: Mapping[str, str] | None = None, **given: str | None) -> Settings:
    """The settings of `environ` (default: the process's own); a variable in `given` (`PORT="8001"`) beats it.

    Raises SettingsError at the first variable whose value can't be used.
    """
    source = {**(os.environ if environ is None else environ), **{k: v for k, v in given.items() if v is not None}}
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = source.get(setting.name, "").strip()
        try:
            values[setting.name.lower()] = setting.parse(text or setting.default)
        except ValueError as fault:
            raise SettingsError(setting.name, str(fault), setting.example) from None
    values["public_url"] = values["public_url"] or _own_url(values["host"], values["port"])
    values["database_owner_url"] = values["database_owner_url"] or values["database_url"]
    return Settings(**values, embedded=not (values["database_url"] and values["redis_url"]))


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a child process that uses the same stores and key."""
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "PUBLIC_URL", "DATA_DIR", "HOST", "PORT")
    return {**os.environ, **{name: str(getattr(settings, name.lower())) for name in names}}


def listening_at(settings: Settings, port: int) -> Settings:
    """`settings` once the port is known that 0 stood for."""
    if settings.port:
        return settings
    public = settings.public_url
    own = _own_url(settings.host, port) if public == _own_url(settings.host, 0) else public
    return msgspec.structs.replace(settings, port=port, public_url=own)


def _own_url(host: str, port: int) -> str:
    shown = "localhost" if host in ("0.0.0.0", "::", "127.0.0.1", "::1") else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _text(value: str) -> str:
    return value


def _secret(value: str) -> Secret:
    return Secret(value)


def _folder(value: str) -> Path:
    return Path(value).expanduser().absolute()


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
            raise ValueError(f"must be a whole number from {low} to {high}, not {value!r}")
        return int(value)

    return parse


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 1e9:
        raise ValueError(f"must be a number of seconds above 0, not {value!r}")
    return seconds


def _url(*schemes: str) -> Callable[[str], Secret]:
    """A URL of one of `schemes`. The fault never repeats the value: it may hold a password."""

    def parse(value: str) -> Secret:
        if value and urlsplit(value).scheme not in schemes:
            raise ValueError("must begin with " + " or ".join(f"{scheme}://" for scheme in schemes))
        return Secret(value)

    return parse


def _web_url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise ValueError(f"must be an address that begins with http:// or https://, not {value!r}")
    return value.rstrip("/")


def _key(value: str) -> Secret:
    if value and len(value) < 32:
        raise ValueError(f"must be at least 32 characters, not {len(value)}")
    return Secret(value)


def _level(value: str) -> str:
    if value.lower() not in ("debug", "info", "warning", "error"):
        raise ValueError(f"must be debug, info, warning or error, not {value!r}")
    return value.lower()


class Setting(NamedTuple):
    """One variable: how its text becomes a value, and what a person needs to know to set it."""

    name: str
    default: str
    parse: Callable[[str], Any]
    example: str
    meaning: str


_POSTGRES = _url("postgresql", "postgres")

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "HOST", "127.0.0.1", _text, "0.0.0.0",
        "the address to listen on; 0.0.0.0 is every one of the machine",
    ),
    Setting(
        "PORT", "8000", _whole(0, 65535), "8000",
        "the port to listen on; 0 takes any free one",
    ),
    Setting(
        "PUBLIC_URL", "", _web_url, "https://chat.example.com",
        "how browsers reach the server; by default this host and port",
    ),
    Setting(
        "DATA_DIR", ".data", _folder, "/var/lib/parley",
        "the folder of the embedded stores and of a key made once",
    ),
    Setting(
        "DATABASE_URL", "", _POSTGRES, "postgresql://parley_app:secret@db.example.com/parley",
        "PostgreSQL, as the role that serves; unset: embedded",
    ),
    Setting(
        "DATABASE_OWNER_URL", "", _POSTGRES, "postgresql://parley_owner:secret@db.example.com/parley",
        "PostgreSQL, as the role that migrates; by default DATABASE_URL",
    ),
    Setting(
        "REDIS_URL", "", _url("redis", "rediss", "unix"), "redis://:secret@redis.example.com:6379/0",
        "Redis 6.2 or later; unset: embedded",
    ),
    Setting(
        "SECRET_KEY", "", _key, "a-line-of-at-least-32-random-characters",
        "signs tokens and encrypts kept secrets; unset: made once and kept in DATA_DIR",
    ),
    Setting(
        "WEB_CONCURRENCY", "1", _whole(1, 64), "2",
        "how many server processes `up` starts",
    ),
    Setting(
        "ANTHROPIC_API_KEY", "", _secret, "sk-ant-...",
        "the key of the Anthropic API; unset: the offline engine answers",
    ),
    Setting(
        "ANTHROPIC_BASE_URL", "", _web_url, "https://api.anthropic.com",
        "where the Anthropic API is",
    ),
    Setting(
        "ANTHROPIC_MODEL", "claude-sonnet-5-5", _text, "claude-sonnet-5-5",
        "the model that answers visitors",
    ),
    Setting(
        "SMTP_URL", "", _url("smtp", "smtps"), "smtp://user:secret@mail.example.com:587",
        "sends follow-ups by e-mail; unset: they go into the thread",
    ),
    Setting(
        "SMTP_FROM", "Parley <no-reply@localhost>", _text, "Harbour Desk <hello@example.com>",
        "whom those e-mails are from",
    ),
    Setting(
        "LOG_LEVEL", "info", _level, "debug",
        "the least severe line to log: debug, info, warning or error",
    ),
    Setting(
        "TRUSTED_PROXIES", "127.0.0.1", _text, "10.0.0.0/8",
        "whose X-Forwarded headers are believed, comma-separated; * is everybody's",
    ),
    Setting(
        "METRICS_TOKEN", "", _secret, "a-random-word",
        "the bearer token that may read /metrics from elsewhere; unset: only this machine may",
    ),
    Setting(
        "PASSWORD_MEMORY", "47104", _whole(8192, 1048576), "65536",
        "the memory of one password hash (argon2id), in KiB",
    ),
    Setting(
        "DATABASE_POOL", "10", _whole(2, 200), "20",
        "the most PostgreSQL connections of one process",
    ),
    Setting(
        "DRAIN_SECONDS", "30", _seconds, "30",
        "how long a stopping process may take to let go of its sockets and turns",
    ),
    Setting(
        "QUIET_SECONDS", "20", _seconds, "20",
        "how long a conversation is quiet before its lead is scored",
    ),
    Setting(
        "FOLLOW_UP_SECONDS", "300", _seconds, "300",
        "how long a contact is silent before one follow-up",
    ),
    Setting(
        "IDLE_SECONDS", "86400", _seconds, "86400",
        "how long a conversation is idle before it is closed",
    ),
)  # fmt: skip
