"""`./parley settings`: what is in use, as one would write it, and no secret."""

import argparse
from pathlib import Path

import pytest

from server.cli.settings import main
from server.settings import load


def test_values_are_shown_as_one_writes_them_and_secrets_are_not(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    given = {"PORT": "8123", "DATA_DIR": str(tmp_path), "SECRET_KEY": "k" * 40, "SMTP_FROM": "Desk <desk@example.com>"}
    assert main(argparse.Namespace(markdown=False), load(given)) == 0
    said = capsys.readouterr().out
    for line in ("PORT=8123", f"DATA_DIR={tmp_path}", "SECRET_KEY=***", "SMTP_FROM=Desk <desk@example.com>", "SMTP_URL="):
        assert f"{line}\n" in said
    assert "kkkk" not in said and "Secret(" not in said
