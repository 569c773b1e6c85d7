"""Every statement of the query modules means something to the migrated schema, for the role that serves.

A query module keeps its SQL in module constants with upper-case names (`GET = "SELECT …"`), whole: no statement is put
together when it runs. That is what lets this test see them all.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType

import asyncpg
import pytest

import db

RUNS = {"fetch", "fetchrow", "fetchval", "execute", "executemany", "cursor", "prepare", "copy_records_to_table"}
NOT_QUERIES = {"migrate", "pool"}
"""db/migrate.py works as the owner, db/pool.py opens transactions: neither reads nor writes a table of ours."""

MODULES = [
    importlib.import_module(f"db.{module.name}") for module in pkgutil.iter_modules(db.__path__) if module.name not in NOT_QUERIES
]


def constants(module: ModuleType) -> Iterator[tuple[str, str]]:
    """The module's whole statements; a template with holes is none."""
    for name, value in vars(module).items():
        if isinstance(value, str) and re.fullmatch(r"[A-Z][A-Z0-9_]*", name) and _is_sql(value):
            yield name, value


def loose(module: ModuleType) -> Iterator[str]:
    """Calls that run SQL which is no constant of the module."""
    whole = {name for name, _ in constants(module)}
    for call in (node for node in ast.walk(ast.parse(_source(module))) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Attribute) and call.func.attr in RUNS and call.args:
            sql = call.args[0]
            if not (isinstance(sql, ast.Name) and sql.id in whole):
                yield f"{module.__name__} line {call.lineno}: {ast.unparse(sql)}"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
async def test_every_statement_fits_the_schema(module: ModuleType, pool: asyncpg.Pool) -> None:
    async with pool.acquire() as app:
        for name, sql in constants(module):
            try:
                # A plan without values: it also asks whether the role may.
                await app.execute("EXPLAIN (GENERIC_PLAN) " + sql)
            except asyncpg.PostgresError as error:
                pytest.fail(f"{module.__name__}.{name}: {error}")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_no_statement_hides_from_this_test(module: ModuleType) -> None:
    assert list(loose(module)) == []


def test_the_walk_finds_statements() -> None:
    assert sum(len(list(constants(module))) for module in MODULES) > 20


async def test_a_wrong_statement_is_seen(pool: asyncpg.Pool) -> None:
    made = ModuleType("db.made")
    made.WRONG = "SELECT no_such_column FROM contacts"  # type: ignore[attr-defined]
    made.FORBIDDEN = "DELETE FROM audit_log"  # type: ignore[attr-defined]
    async with pool.acquire() as app:
        for _, sql in constants(made):
            with pytest.raises((asyncpg.UndefinedColumnError, asyncpg.InsufficientPrivilegeError)):
                await app.execute("EXPLAIN (GENERIC_PLAN) " + sql)


def _is_sql(text: str) -> bool:
    return re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE)\b", text) is not None


def _source(module: ModuleType) -> str:
    assert module.__file__
    with open(module.__file__) as file:
        return file.read()
