"""`./parley settings`: every variable, its meaning and its value here."""

import argparse

from server.settings import SETTINGS, Secret, Setting, Settings


def main(options: argparse.Namespace, settings: Settings) -> int:
    """Prints the table: for people with the values in use, for the README with the defaults."""
    if options.markdown:
        print(markdown())
        return 0
    for setting in SETTINGS:
        print(f"{setting.name}={_shown(getattr(settings, setting.name.lower()))}")
        print(f"    {setting.meaning}; for example {setting.example}")
    return 0


def _shown(value: object) -> str:
    """As one would write it; what is secret is hidden."""
    return "***" if isinstance(value, Secret) and value else str(value)


def markdown() -> str:
    """The table of the README; a test compares the two."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    return "\n".join([*rows, *(_row(setting) for setting in SETTINGS)])


def _row(setting: Setting) -> str:
    default = f"`{setting.default}`" if setting.default else ""
    return f"| `{setting.name}` | {default} | {setting.meaning} |"
