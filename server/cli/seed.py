"""`./parley seed [--json]`"""

import argparse
import asyncio
import os
from typing import TYPE_CHECKING

import msgspec

from server.cli.schema import update
from server.embedded import open_stores
from server.settings import Settings

if TYPE_CHECKING:
    from server.seed import SeedResult

_FILE = "demo.json"


def main(options: argparse.Namespace, settings: Settings) -> int:
    """Makes the demo workspaces, or finds them, and prints them: as JSON, one object on standard output."""
    with open_stores(settings, brief=True) as opened:
        update(opened.settings)
        result = plant(opened.settings)
    if options.json:
        print(msgspec.json.encode(result).decode(), flush=True)
        return 0
    for workspace in result.workspaces:
        print(f"{workspace.name}: widget key {workspace.widget_key}")
        for agent in workspace.agents:
            print(f"  {agent.role:8} {agent.email}  {agent.password}")
    return 0


def plant(settings: Settings) -> "SeedResult":
    """Seeds the stores; those of our own also get a note in the data folder, so that `up` can print a sign-in."""
    from server.seed import seed

    result = asyncio.run(seed(settings))
    if settings.embedded:
        note = settings.data_dir / _FILE
        with open(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(msgspec.json.encode(result))
    return result


def planted(settings: Settings) -> "SeedResult | None":
    """What `plant` noted for these stores, if it ever did."""
    note = settings.data_dir / _FILE
    if not (settings.embedded and note.exists()):
        return None
    from server.seed import SeedResult

    return msgspec.json.decode(note.read_bytes(), type=SeedResult)
