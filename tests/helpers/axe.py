"""Accessibility as axe-core judges it. The library is a development package, fetched by `npm ci`, never part of the product."""

from pathlib import Path
from typing import Any

from playwright.async_api import Frame, Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def violations(page: Page | Frame, **rules: bool) -> list[str]:
    """What is wrong with the page or frame, one line a finding. `rules` switches single rules (`region=False`)."""
    assert AXE.is_file(), "axe-core is missing: run `npm ci --ignore-scripts` once"
    await page.evaluate(AXE.read_text())  # Evaluated and not added as a script: the page's policy forbids what isn't its own.
    options = {"runOnly": RULES, "rules": {name.replace("_", "-"): {"enabled": on} for name, on in rules.items()}}
    result: dict[str, Any] = await page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{found['id']}: {node['html'][:160]} {node['failureSummary']}"
        for found in result["violations"]
        for node in found["nodes"]
    ]
