"""A made-up shop's page with the widget on it, as a customer of ours would have it."""

import re
from functools import cache

from jinja2 import Environment, FileSystemLoader, Template
from litestar import Response, get
from litestar.params import FromQuery

from server.demo.shop import SHOP
from server.pages.assets import GUARDS, ROOT

KEY = re.compile(r"wk_[A-Za-z0-9_-]{1,120}")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@get("/demo", include_in_schema=False, exclude_from_auth=True)
async def demo(key: FromQuery[str] = SHOP.widget_key, locale: FromQuery[str] = "") -> Response[str]:
    """`key` shows another workspace's widget on the same page, `locale` its words in another language."""
    key = key if KEY.fullmatch(key) else SHOP.widget_key
    text = _template().render(key=key, color=SHOP.brand["color"] if key == SHOP.widget_key else "", locale=locale[:35])
    return Response(text, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY} | GUARDS)


@cache
def _template() -> Template:
    return Environment(autoescape=True, loader=FileSystemLoader(ROOT / "server" / "templates")).get_template("demo.html")
