"""The command line: `./parley <command>`. `COMMANDS` says what there is; each one is a module of `server/cli`."""

import argparse
import importlib
import sys
from typing import Any, NamedTuple

from server.embedded import EmbeddedError
from server.settings import SettingsError, load


class Command(NamedTuple):
    """A module with `main(options, settings) -> int` (the exit status), and the options that it knows."""

    module: str
    meaning: str
    options: tuple[tuple[str, dict[str, Any]], ...] = ()


_PORT = ("--port", {"help": "instead of PORT", "metavar": "N"})
_FD = ("--fd", {"help": argparse.SUPPRESS, "type": int})
_BENCH = (
    ("--rates", {"help": "messages a second, one by one; 0: as many as go", "default": "250,500,1000,0", "metavar": "N,N"}),
    ("--seconds", {"help": "how long each rate lasts", "type": float, "default": 10.0, "metavar": "N"}),
    ("--pairs", {"help": "visitors, each with an agent on another server", "type": int, "default": 100, "metavar": "N"}),
    ("--messages", {"help": "only the messages, neither first words nor memory", "action": "store_true"}),
)
_WORKSPACE = (
    ("name", {"help": "what the business is called", "metavar": "NAME"}),
    ("--email", {"help": "its owner's address", "required": True, "metavar": "OWNER"}),
    (
        "--site",
        {"help": "an origin that may show the widget; may be repeated", "action": "append", "default": [], "metavar": "ORIGIN"},
    ),
)

COMMANDS = {
    "up": Command("server.cli.up", "run everything: stores, servers, worker", (_PORT,)),
    "serve": Command("server.cli.serve", "run one server", (_PORT, _FD)),
    "worker": Command("server.cli.worker", "run one worker"),
    "stores": Command("server.cli.stores", "run the embedded stores alone and print their addresses"),
    "migrate": Command("server.cli.migrate", "bring the database up to date"),
    "seed": Command(
        "server.cli.seed", "add two demo workspaces", (("--json", {"action": "store_true", "help": "print them as JSON"}),)
    ),
    "workspace": Command("server.cli.workspace", "open a workspace for a business", _WORKSPACE),
    "settings": Command(
        "server.cli.settings", "list every setting", (("--markdown", {"action": "store_true", "help": "as a table"}),)
    ),
    "doctor": Command("server.cli.doctor", "check the installation and say what to do"),
    "bench": Command("server.cli.bench", "measure messages, first words and memory on stores of its own", _BENCH),
}


def main(arguments: list[str]) -> int:
    """Runs one command; what a person can put right ends in one sentence instead of a traceback."""
    options = _parser().parse_args(arguments)
    try:
        settings = load(PORT=getattr(options, "port", None))
        return int(importlib.import_module(COMMANDS[options.command].module).main(options, settings))
    except (SettingsError, EmbeddedError) as fault:
        print(f"parley: {fault}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="parley", description="An AI front desk. `./parley test` runs the tests.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, command in COMMANDS.items():
        added = commands.add_parser(name, help=command.meaning, description=command.meaning)
        for option, details in command.options:
            added.add_argument(option, **details)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
