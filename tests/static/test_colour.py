"""widget/colour.js: whatever colour a workspace picks, words stay readable."""

import pytest
from playwright.async_api import Page

SCRIPT = """
async ([colour]) => {
  const { palette, contrast, parse } = await import('/widget/colour.js');
  const p = palette(colour);
  const of = (a, b) => contrast(parse(a), parse(b));
  return [of(p['--on-brand'], p['--brand']), of(p['--on-brand'], p['--brand-deep']),
    ...['#ffffff', '#f2f3f5'].map((ground) => of(p['--accent-light'], ground)),
    ...['#1b1d21', '#2a2d33'].map((ground) => of(p['--accent-dark'], ground))];
}
"""


@pytest.mark.parametrize(
    "colour", ["#2f6b3c", "#ffd400", "#000000", "#ffffff", "#888888", "#777777", "#f00", "#00f", "#0f5e6e", "red", ""]
)
async def test_every_colour_can_be_read(page: Page, colour: str) -> None:
    for measured in await page.evaluate(SCRIPT, [colour]):
        assert measured >= 4.4, (colour, measured)
