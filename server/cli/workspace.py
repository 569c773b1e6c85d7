"""`./parley workspace NAME --email OWNER [--site ORIGIN …]`"""

import argparse
import asyncio
import sys

from server.cli.schema import update
from server.embedded import open_stores
from server.settings import Settings


def main(options: argparse.Namespace, settings: Settings) -> int:
    """Opens a workspace and prints its widget's tag and its owner's sign-in."""
    from server.core.errors import BadFrame

    with open_stores(settings, brief=True) as opened:
        update(opened.settings)
        try:
            asyncio.run(_open(opened.settings, options))
        except BadFrame as fault:
            print(f"parley: {fault.detail}", file=sys.stderr)
            return 2
    return 0


async def _open(settings: Settings, options: argparse.Namespace) -> None:
    from db.pool import open_pool
    from server.accounts.open_workspace import open_workspace
    from server.core.passwords import Passwords
    from server.core.secrets import Secrets

    pool = await open_pool(settings.database_url, size=2)
    try:
        new = await open_workspace(
            pool, Secrets(settings.secret_key), Passwords(settings.password_memory), options.name, options.email, options.site
        )
    finally:
        await pool.close()
    print(f"{options.name} is open. Put this on its pages:")
    print(f'  <script async src="{settings.public_url}/widget.js" data-key="{new.widget_key}"></script>')
    print(f"Sign in at {settings.public_url}/inbox")
    print(f"  {options.email}  {new.password or '(the password that this address has already)'}")
