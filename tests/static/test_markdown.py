"""static/shared/markdown.js: a little Markdown, and nothing that could run."""

import pytest
from playwright.async_api import Page

RENDER = """
async ([text, way]) => {
  const markdown = await import('/static/shared/markdown.js');
  const box = document.createElement('div');
  box.append(markdown.render(markdown[way](text)));
  return box.innerHTML;
}
"""
LINK = 'target="_blank" rel="noopener nofollow"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a **b** *c* _d_ `e*f*`", "<p>a <strong>b</strong> <em>c</em> <em>d</em> <code>e*f*</code></p>"),
        ("**bold with *em* in it**", "<p><strong>bold with <em>em</em> in it</strong></p>"),
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("- a\n- **b**\n\n- c\nend", "<ul><li>a</li><li><strong>b</strong></li><li>c</li></ul><p>end</p>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("# Title\ntext", "<p><strong>Title</strong></p><p>text</p>"),
        ("```js\na <b>\n```", "<pre><code>a &lt;b&gt;</code></pre>"),
        ("[x](https://a.example/p?q=1)", f'<p><a href="https://a.example/p?q=1" {LINK}>x</a></p>'),
        (
            "see https://a.example/x.",
            f'<p>see <a href="https://a.example/x" {LINK}>https://a.example/x</a>.</p>',
        ),
        ("5 * 3 * 2 and snake_case_name", "<p>5 * 3 * 2 and snake_case_name</p>"),
        ("half **bold", "<p>half **bold</p>"),
        ("", ""),
    ],
)
async def test_what_it_understands(page: Page, text: str, html: str) -> None:
    assert await page.evaluate(RENDER, [text, "parse"]) == html


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](//evil.example)",
        '[x](https://a.example/"onmouseover="alert(1))',
        "[![x](javascript:alert(1))](vbscript:x)",
        "<script>alert(1)</script>",
        "`<svg onload=alert(1)>`",
    ],
)
@pytest.mark.parametrize("way", ["parse", "plain"])
async def test_nothing_runs(page: Page, text: str, way: str) -> None:
    script = """
    async ([text, way]) => {
      const markdown = await import('/static/shared/markdown.js');
      const box = document.createElement('div');
      box.append(markdown.render(markdown[way](text)));
      const all = [...box.querySelectorAll('*')];
      const tags = all.filter((each) => !['P', 'A', 'CODE', 'BR'].includes(each.tagName)).length;
      const handlers = all.filter((each) => [...each.attributes].some(({ name }) => !['href', 'target', 'rel'].includes(name))).length;
      const links = all.filter((each) => each.href && !/^https?:/.test(each.href)).length;
      return [tags, handlers, links];
    }"""
    assert await page.evaluate(script, [text, way]) == [0, 0, 0]


async def test_plain_text_has_only_lines_and_addresses(page: Page) -> None:
    html = await page.evaluate(RENDER, ["**a**\n- b https://c.example/d)", "plain"])
    assert html == f'<p>**a**<br>- b <a href="https://c.example/d" {LINK}>https://c.example/d</a>)</p>'


@pytest.mark.parametrize("hostile", ["*a" * 3000, "[" * 5000, "**" * 3000, "_" * 8000, "`" * 9999, "(https://" * 900])
async def test_hostile_text_costs_little(page: Page, hostile: str) -> None:
    script = "async ([text]) => { const m = await import('/static/shared/markdown.js'); const t = performance.now(); m.parse(text); return performance.now() - t; }"
    assert await page.evaluate(script, [hostile]) < 1500
