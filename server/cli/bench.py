"""`./parley bench [--rates N,N] [--seconds N] [--pairs N] [--messages]`"""

import argparse
import importlib

from server.embedded import EmbeddedError
from server.settings import Settings


def main(options: argparse.Namespace, settings: Settings) -> int:
    """Measures this machine with stores of its own: the settings' stores are left alone. The load comes from `tests/bench`."""
    try:
        run = importlib.import_module("tests.bench.run")
    except ModuleNotFoundError as missing:
        raise EmbeddedError(
            f"The benchmark needs {missing.name}: in the whole repository, run ./parley test --version, then this again."
        ) from None
    rates = [int(rate) for rate in options.rates.split(",")]
    return int(run.main(run.Plan(rates=rates, seconds=options.seconds, pairs=options.pairs, messages=options.messages)))
