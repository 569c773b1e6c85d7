"""One place to add a thing: a file, and a line in its folder's visible table. A file that the table forgets is found here."""

import ast
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]


class Table(NamedTuple):
    """`name` in `file` lists every module of `folder` but `helpers`."""

    folder: str
    file: str
    name: str
    helpers: frozenset[str] = frozenset()


TABLES = [
    Table("server/cli", "server/__main__.py", "COMMANDS", frozenset({"children", "ending", "schema"})),
    Table("server/ai/tools", "server/ai/tools/__init__.py", "TOOLS", frozenset({"base"})),
]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_file_is_listed(table: Table) -> None:
    listed = _words(ROOT / table.file, table.name)
    files = {file.stem for file in (ROOT / table.folder).glob("[!_]*.py")} - {Path(table.file).stem}
    assert files - table.helpers <= listed
    assert table.helpers <= files


def _words(file: Path, name: str) -> set[str]:
    """Every name, and every part of a dotted string, in the value that `name` is given."""
    for node in ast.parse(file.read_text()).body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            inside = list(ast.walk(node))
            strings = [each.value for each in inside if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            return (
                {each.id for each in inside if isinstance(each, ast.Name)}
                | {each.attr for each in inside if isinstance(each, ast.Attribute)}
                | {part for string in strings for part in string.split(".")}
            )
    raise AssertionError(f"{file} has no {name}")
