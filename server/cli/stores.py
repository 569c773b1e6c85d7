"""`./parley stores`: the embedded stores alone."""

import argparse
import time

import msgspec

from server.cli.ending import Ending
from server.cli.schema import update
from server.embedded import EmbeddedError, open_stores
from server.settings import Secret, Settings


def main(options: argparse.Namespace, settings: Settings) -> int:
    """Prints DATABASE_OWNER_URL, DATABASE_URL and REDIS_URL, one a line, and stays until SIGTERM or SIGINT."""
    ending = Ending()
    none = Secret("")
    unset = msgspec.structs.replace(
        settings, database_url=none, database_owner_url=none, redis_url=none, embedded=True
    )
    with open_stores(unset, alone=True) as opened:
        update(opened.settings)
        assert opened.stores is not None
        for name, url in opened.stores.urls.items():
            print(f"{name}={url}", flush=True)
        while not ending.asked:
            time.sleep(0.25)
            try:
                opened.stores.check()
            except EmbeddedError as fault:
                raise EmbeddedError(f"A store ended and does not start again: {fault}") from None
    return 0
