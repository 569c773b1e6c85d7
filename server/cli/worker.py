"""`./parley worker`: one process that runs deferred jobs."""

import argparse

from server.cli.schema import update
from server.embedded import open_stores
from server.settings import Settings


def main(options: argparse.Namespace, settings: Settings) -> int:
    """Runs jobs until SIGTERM or SIGINT."""
    with open_stores(settings) as opened:
        if settings.embedded:
            update(opened.settings)
        from tasks.worker import run

        run(opened.settings)
    return 0
