"""One place to add a thing: a file, and a line in its folder's visible table. A file that the table forgets is found here."""

import ast
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]


class Table(NamedTuple):
    """`name` in `file` lists every module of `folder` but `helpers`, which are no entries."""

    folder: str
    file: str
    name: str
    helpers: frozenset[str] = frozenset()


TABLES = [
    Table("server/cli", "server/__main__.py", "COMMANDS", frozenset({"children", "ending", "schema"})),
    Table("server/ai/tools", "server/ai/tools/__init__.py", "TOOLS", frozenset({"base"})),
    Table(
        "server/api",
        "server/api/__init__.py",
        "FILES",
        frozenset({"edge", "given", "guards", "health"}),
    ),
    Table("server/pages", "server/pages/__init__.py", "PAGES", frozenset({"assets", "errors", "modules", "render", "visit"})),
    Table("tasks", "tasks/__init__.py", "JOBS", frozenset({"job", "worker"})),
]
FRAMES = ("VisitorFrame", "AgentFrame", "Shared", "VisitorEvent", "AgentEvent")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_file_is_listed(table: Table) -> None:
    listed = _listed(ROOT / table.file, table.name)
    files = {file.stem for file in (ROOT / table.folder).glob("[!_]*.py")}
    assert files - table.helpers <= listed, f"{table.name} in {table.file} lacks a line"
    assert table.helpers <= files


def test_every_frame_is_in_a_union() -> None:
    file = ROOT / "server/schema/frames.py"
    listed = set().union(*(_listed(file, name) for name in FRAMES))
    tagged = {
        node.name
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.ClassDef) and any(word.arg == "tag" for word in node.keywords)
    }
    assert tagged and tagged <= listed


def _listed(file: Path, name: str) -> set[str]:
    """Every name and every part of a dotted string in the value of `name`, and the modules that those names come from."""
    body = ast.parse(file.read_text()).body
    words = {word for node in body if _is_value_of(node, name) for each in ast.walk(node) for word in _words(each)}
    assert words, f"{file} has no {name}"
    for node in body:
        if isinstance(node, ast.ImportFrom) and node.module and words & {alias.name for alias in node.names}:
            words.add(node.module.rpartition(".")[2])
    return words


def _is_value_of(node: ast.stmt, name: str) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def _words(node: ast.AST) -> list[str]:
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word):
            return [word]
        case ast.Constant(value=str(text)):
            return text.split(".")
    return []
