"""`./parley migrate`"""

import argparse
import sys

from server.cli.schema import update
from server.embedded import open_stores
from server.settings import Settings


def main(options: argparse.Namespace, settings: Settings) -> int:
    """Applies the migrations that the database lacks."""
    with open_stores(settings, brief=True) as opened:
        if not update(opened.settings):
            print("the database is up to date", file=sys.stderr)
    return 0
