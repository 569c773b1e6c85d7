"""Writes the protocol's documents from its Structs: `python -m tests.contract.publish`."""

from collections.abc import Callable
from pathlib import Path

from tests.contract.asyncapi import document
from tests.contract.typescript import declarations

ROOT = Path(__file__).parents[2]
PUBLISHED: dict[str, Callable[[], str]] = {
    "docs/protocol/asyncapi.yaml": document,
    "static/shared/protocol.d.ts": declarations,
}


def main() -> None:
    for path, write in PUBLISHED.items():
        (ROOT / path).write_text(write())
        print(path)


if __name__ == "__main__":
    main()
