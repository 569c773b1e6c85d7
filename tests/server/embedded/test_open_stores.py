"""Whose stores a command works on: somebody else's, those of another process of ours, or its own."""

import stat
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from server import embedded
from server.embedded import AlreadyRunning, EmbeddedError, folder, keep_secret_key, open_stores
from server.settings import Settings, load


@pytest.fixture
def own() -> Iterator[Settings]:
    """Settings with nothing but a folder."""
    with tempfile.TemporaryDirectory(prefix="open stores ") as folder:
        yield load({"DATA_DIR": folder})


def test_what_is_set_is_used_as_it_is(settings: Settings) -> None:
    with open_stores(settings) as opened:
        assert opened == (settings, None)


def test_own_stores_live_as_long_as_the_block(own: Settings) -> None:
    with open_stores(own) as opened:
        assert opened.stores is not None and opened.stores.postgres.process is not None
        assert opened.settings.database_url == opened.stores.urls["DATABASE_URL"]
        assert len(opened.settings.secret_key) >= 32
    assert opened.stores.postgres.process.poll() is not None


def test_stores_of_another_process_are_used_unless_alone(own: Settings) -> None:
    with open_stores(own) as first:
        with open_stores(own) as second:
            assert second.stores is None
            assert second.settings == first.settings
        with pytest.raises(AlreadyRunning), open_stores(own, alone=True):
            pass


def test_nobody_uses_stores_that_are_about_to_stop(own: Settings) -> None:
    """A Procfile starts `migrate`, `serve` and `worker` at the same moment."""
    brief = embedded.start(own.data_dir, fast=True, brief=True)
    threading.Timer(0.5, brief.stop).start()
    with open_stores(own, alone=True) as opened:
        assert opened.stores is not None
        assert brief.postgres.process is not None and brief.postgres.process.poll() is not None


def test_stores_that_are_just_starting_are_waited_for(own: Settings) -> None:
    with open_stores(own) as opened:
        kept = folder.read(own.data_dir)
        folder.write(own.data_dir, msgspec.structs.replace(kept, urls={}))
        threading.Timer(0.3, folder.write, [own.data_dir, kept]).start()
        with open_stores(own) as second:
            assert second.settings == opened.settings
    assert folder.read(own.data_dir).urls == {}


def test_one_store_of_ones_own_beside_one_that_is_set(own: Settings, settings: Settings) -> None:
    half = load({"DATA_DIR": str(own.data_dir), "DATABASE_URL": settings.database_url})
    with open_stores(half) as opened:
        assert opened.stores is not None and opened.stores.postgres.process is None
        assert opened.settings.database_url == settings.database_url
        assert opened.settings.redis_url == opened.stores.redis.url


def test_a_key_is_made_once_and_nobody_else_reads_it(own: Settings) -> None:
    first, second = keep_secret_key(own), keep_secret_key(own)
    assert first.secret_key == second.secret_key != ""
    file = own.data_dir / "secret_key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(own.data_dir.iterdir()) == [file]


def test_a_key_that_is_set_is_kept_nowhere(own: Settings) -> None:
    given = load({"DATA_DIR": str(own.data_dir), "SECRET_KEY": "k" * 32})
    assert keep_secret_key(given) is given
    assert not list(own.data_dir.iterdir())


def test_a_key_that_cant_be_kept_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError, match=r"SECRET_KEY is not set, and DATA_DIR .* set SECRET_KEY\.$"):
        keep_secret_key(load({"DATA_DIR": str(tmp_path / "file" / "data")}))
