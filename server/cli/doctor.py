"""`./parley doctor`: what works, what doesn't, and what to do about it."""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator
from typing import NamedTuple

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError

from db.migrate import LATEST, schema_version
from server.cli.serve import address, listen
from server.cli.up import answers
from server.embedded import EmbeddedError, open_stores
from server.settings import Settings

CLOCK_SECONDS = 2.0
POSTGRES = (160000, "16")
REDIS = (6, 2)


class Finding(NamedTuple):
    """One line of the report. `ok` None: works, but `advice` would make it better."""

    what: str
    ok: bool | None
    found: str
    advice: str = ""


def main(options: argparse.Namespace, settings: Settings) -> int:
    """Prints every finding; 1 where one is a failure."""
    findings = [_python(), _port(settings)]
    try:
        with open_stores(settings, brief=True) as opened:
            findings += asyncio.run(examine(opened.settings, key_set=bool(settings.secret_key)))
    except EmbeddedError as fault:
        findings.append(Finding("stores", False, str(fault), "see above; ./parley stores starts them alone"))
    for finding in findings:
        mark = {True: "ok  ", None: "note", False: "FAIL"}[finding.ok]
        print(f"{mark}  {finding.what:11} {finding.found}" + (f"\n      -> {finding.advice}" if finding.advice else ""))
    return int(any(finding.ok is False for finding in findings))


async def examine(settings: Settings, key_set: bool) -> list[Finding]:
    """What the stores and the settings show."""
    findings = [finding async for finding in _postgres(settings)]
    findings += [finding async for finding in _redis(settings)]
    return [*findings, _key(settings, key_set), _answering(settings)]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", sys.version_info >= (3, 11), version, "" if sys.version_info >= (3, 11) else "install Python 3.11")


def _port(settings: Settings) -> Finding:
    where = f"{settings.host} port {settings.port}"
    try:
        listen(settings).close()
    except EmbeddedError as fault:
        if answers(address(settings.host, settings.port)):
            return Finding("port", True, f"Parley answers on {where}")
        return Finding("port", False, f"{where} is taken", str(fault))
    return Finding("port", True, f"{where} is free")


async def _postgres(settings: Settings) -> AsyncIterator[Finding]:
    try:
        connection = await asyncpg.connect(settings.database_url, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as fault:
        yield Finding("postgresql", False, f"no connection: {fault}", "check DATABASE_URL, and that PostgreSQL runs")
        return
    try:
        number, name = int(await connection.fetchval("SHOW server_version_num")), await connection.fetchval("SHOW server_version")
        enough = number >= POSTGRES[0]
        yield Finding("postgresql", enough, str(name), "" if enough else f"use PostgreSQL {POSTGRES[1]} or newer")
        vector = await connection.fetchval("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
        advice = "" if vector else "as a superuser of this database: CREATE EXTENSION vector"
        yield Finding("extensions", bool(vector), f"vector {vector or 'is missing'}", advice)
        yield _migrations(settings, await schema_version(connection))
        yield await _roles(settings, connection)
        yield _clock("PostgreSQL", await connection.fetchval("SELECT extract(epoch FROM clock_timestamp())::float8"))
    finally:
        await connection.close()


def _migrations(settings: Settings, version: int) -> Finding:
    if version >= LATEST:
        return Finding("migrations", True, f"at {version}")
    found = f"at {version}, this code needs {LATEST}"
    if settings.embedded:
        return Finding("migrations", None, found, "./parley up applies them by itself")
    return Finding("migrations", False, found, "run ./parley migrate")


async def _roles(settings: Settings, connection: asyncpg.Connection) -> Finding:
    role = await connection.fetchrow(
        "SELECT rolname, rolsuper OR rolbypassrls AS above, EXISTS (SELECT FROM pg_class"
        " WHERE relowner = pg_roles.oid AND relnamespace = 'public'::regnamespace) AS owns"
        " FROM pg_roles WHERE rolname = current_user"
    )
    if role["above"]:
        advice = "serve as a role without SUPERUSER and BYPASSRLS"
        return Finding("roles", None, f"{role['rolname']} is above row level security", advice)
    if settings.database_owner_url == settings.database_url or role["owns"]:
        advice = "two are safer: set DATABASE_OWNER_URL to the one that migrates"
        return Finding("roles", None, "one role migrates and serves", advice)
    return Finding("roles", True, f"{role['rolname']} serves and owns nothing")


async def _redis(settings: Settings) -> AsyncIterator[Finding]:
    client: Redis = Redis.from_url(settings.redis_url, socket_timeout=5, socket_connect_timeout=5)
    try:
        version = str((await client.info("server"))["redis_version"])
        policy = (await client.info("memory")).get("maxmemory_policy", "noeviction")
        seconds, micros = await client.time()
    except (RedisError, OSError, ValueError) as fault:
        yield Finding("redis", False, f"no connection: {fault}", "check REDIS_URL, and that Redis runs")
        return
    finally:
        await client.aclose()
    enough = tuple(int(part) for part in version.split(".")[:2]) >= REDIS
    yield Finding("redis", enough, version, "" if enough else "use Redis 6.2 or newer")
    if policy != "noeviction":
        yield Finding("redis", None, f"maxmemory-policy is {policy}", "noeviction keeps queued jobs from being dropped")
    yield _clock("Redis", seconds + micros / 1e6)


def _clock(store: str, there: float) -> Finding:
    off = there - time.time()
    fine = abs(off) <= CLOCK_SECONDS
    advice = "" if fine else "set both machines' clocks by NTP: tokens and timers depend on them"
    return Finding("clock", fine, f"{store} is {abs(off):.1f} s {'ahead' if off > 0 else 'behind'}", advice)


def _key(settings: Settings, key_set: bool) -> Finding:
    if key_set:
        return Finding("key", True, "SECRET_KEY is set")
    found = f"kept in {settings.data_dir / 'secret_key'}"
    if settings.embedded:
        return Finding("key", True, found)
    return Finding("key", None, found, "set SECRET_KEY, so that every machine that serves has the same")


def _answering(settings: Settings) -> Finding:
    if settings.anthropic_api_key:
        return Finding("answers", True, settings.anthropic_model)
    return Finding("answers", True, "offline engine, from the workspace's articles (set ANTHROPIC_API_KEY for a model)")
