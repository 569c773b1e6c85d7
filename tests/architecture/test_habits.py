"""Habits that no other tool checks."""

import json
import re
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = [file for room in ("server", "db", "tasks") for file in (ROOT / room).rglob("*.py")]
BROWSER = [
    file
    for room in ("static", "widget", "server/templates")
    for file in (ROOT / room).rglob("*")
    if file.suffix in (".js", ".css", ".html", ".svg")
]
HARMLESS = re.compile(r"(https?:)?//(www\.w3\.org|[\w.-]*\bexample(\.com)?|\{\{.*)$")
"""Names of namespaces, hosts that can't exist, and what a template fills in."""


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_every_task_has_an_owner() -> None:
    """`core/background.py` names tasks, logs their errors and ends them; `up` and a socket await their own."""
    bare = {name(file) for file in PYTHON if re.search(r"create_task|ensure_future", file.read_text())}
    assert bare <= {"server/core/background.py", "server/cli/up.py", "server/live/connection.py"}


def test_files_are_small() -> None:
    lines = [len(file.read_text().splitlines()) for file in PYTHON if file.name != "__init__.py"]
    assert statistics.median(lines) <= 80


@pytest.mark.parametrize("file", BROWSER, ids=name)
def test_no_page_loads_anything_from_another_host(file: Path) -> None:
    code = re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)|<!--.*?-->", "", file.read_text(), flags=re.S)
    found = re.findall(r"""(?:src|href|url|import|from|fetch)\W{1,4}((?:https?:)?//[\w.{}-]+)""", code)
    assert [address for address in found if not HARMLESS.match(address)] == []


@pytest.mark.parametrize("file", [file for file in BROWSER if file.suffix == ".html"], ids=name)
def test_no_page_has_inline_code_or_style(file: Path) -> None:
    """The content security policy allows neither: such code would silently not run."""
    html = file.read_text()
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", html, re.I)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", html, re.I))


def test_the_npm_lock_names_no_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = [package for path, package in lock["packages"].items() if path]
    assert packages and all("resolved" not in package and "integrity" in package for package in packages)
