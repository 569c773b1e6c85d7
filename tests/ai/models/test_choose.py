"""Which model answers, and that nobody pays for one that is not used."""

import subprocess
import sys

from server.ai.models import choose
from server.ai.models.anthropic import Anthropic
from server.ai.models.offline import Offline


def test_a_key_decides() -> None:
    assert isinstance(choose("", "claude-sonnet-5-5"), Offline)
    model = choose("sk-ant-x", "claude-sonnet-5-5", "http://127.0.0.1:1")
    assert isinstance(model, Anthropic) and model.name == "claude-sonnet-5-5"


def test_the_sdk_is_not_imported_until_it_is_needed() -> None:
    code = "import sys, server.app; from server.ai.models import choose; choose('sk-ant-x', 'm'); sys.exit('anthropic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
