"""A wrong value stops the start and names itself; a right one becomes what the code expects."""

from pathlib import Path

import pytest

from server.settings import SETTINGS, Secret, SettingsError, environment, listening_at, load


def test_no_settings_at_all() -> None:
    settings = load({})
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8000, "http://localhost:8000")
    assert settings.embedded
    assert settings.data_dir == Path(".data").absolute()


def test_an_empty_variable_is_not_set() -> None:
    assert load({"PORT": " ", "LOG_LEVEL": ""}) == load({})


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("PORT", "eighty", "must be a whole number from 0 to 65535, not 'eighty'"),
        ("PORT", "65536", "must be a whole number from 0 to 65535, not '65536'"),
        ("PORT", "-1", "must be a whole number"),
        ("PORT", "8_0", "must be a whole number"),
        ("PORT", "²", "must be a whole number"),
        ("PUBLIC_URL", "chat.example.com", "must be an address that begins with http:// or https://"),
        ("PUBLIC_URL", "https://chat.example.com/?a=b", "must be an address"),
        ("PUBLIC_URL", "https://", "must be an address"),
        ("DATABASE_URL", "mysql://root:hunter2@db/parley", "must begin with postgresql:// or postgres://"),
        ("DATABASE_OWNER_URL", "db.example.com", "must begin with postgresql://"),
        ("REDIS_URL", "localhost:6379", "must begin with redis:// or rediss:// or unix://"),
        ("SECRET_KEY", "hunter2", "must be at least 32 characters, not 7"),
        ("WEB_CONCURRENCY", "0", "must be a whole number from 1 to 64"),
        ("ANTHROPIC_BASE_URL", "api.anthropic.com", "must be an address"),
        ("SMTP_URL", "mail.example.com:25", "must begin with smtp:// or smtps://"),
        ("LOG_LEVEL", "loud", "must be debug, info, warning or error, not 'loud'"),
        ("DRAIN_SECONDS", "soon", "must be a number of seconds above 0"),
        ("DRAIN_SECONDS", "nan", "must be a number of seconds above 0"),
        ("QUIET_SECONDS", "0", "must be a number of seconds above 0"),
    ],
)
def test_a_wrong_value_is_named_with_its_fault_and_an_example(name: str, value: str, fault: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load({name: value})
    said = str(raised.value)
    assert said.startswith(f"{name} {fault}")
    assert f"for example {name}=" in said
    assert "hunter2" not in said and "\n" not in said


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_each_default_and_each_example_is_right(setting: object) -> None:
    settings = [load({row.name: value}) for row in [setting] for value in (row.default, row.example)]  # type: ignore[attr-defined]
    assert settings[0] == load({})


def test_the_table_and_the_struct_have_the_same_names() -> None:
    assert {row.name.lower() for row in SETTINGS} | {"embedded"} == set(load({}).__struct_fields__)


def test_what_is_given_beats_the_environment() -> None:
    settings = load({"PORT": "8000"}, PORT="8001")
    assert (settings.port, settings.public_url) == (8001, "http://localhost:8001")
    assert load({"PORT": "8002"}, PORT=None).port == 8002


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://localhost:80"), ("10.0.0.5", "http://10.0.0.5:80"), ("fd00::1", "http://[fd00::1]:80")],
)
def test_the_address_follows_from_host_and_port(host: str, url: str) -> None:
    assert load({"HOST": host, "PORT": "80"}).public_url == url


def test_a_free_port_gets_known_later() -> None:
    assert listening_at(load({"PORT": "0"}), 4711).public_url == "http://localhost:4711"
    assert listening_at(load({"PORT": "0", "PUBLIC_URL": "https://chat.example.com"}), 4711).public_url == "https://chat.example.com"
    assert listening_at(load({"PORT": "8001"}), 4711).port == 8001


def test_the_owner_is_the_server_where_only_one_role_is_given() -> None:
    settings = load({"DATABASE_URL": "postgresql://one@db/parley", "REDIS_URL": "redis://cache"})
    assert settings.database_owner_url == settings.database_url
    assert not settings.embedded


def test_a_secret_shows_itself_only_where_it_is_used() -> None:
    key = "x" * 40
    settings = load({"SECRET_KEY": key, "DATABASE_URL": "postgresql://app:hunter2@db/parley", "SMTP_URL": "smtp://u:hunter2@m"})
    assert settings.secret_key == key
    assert key not in repr(settings) and "hunter2" not in repr(settings)
    assert repr(Secret("")) == "Secret('')"


def test_a_child_gets_what_its_parent_worked_out() -> None:
    settings = load({"PORT": "8003", "SECRET_KEY": "x" * 40, "DATABASE_URL": "postgresql://app@db/parley"})
    assert load(environment(settings)) == settings


def test_nobody_else_reads_the_environment() -> None:
    root = Path(__file__).parents[2]
    files = [file for room in ("server", "db", "tasks") for file in (root / room).rglob("*.py")]
    readers = [file for file in files if "os.environ" in (text := file.read_text()) or "getenv" in text]
    assert [str(file.relative_to(root)) for file in readers] == ["server/settings.py"]
