"""What people open in a browser. `PAGES` lists every route; a new page is a file and a line here."""

from server.pages.demo import demo
from server.pages.errors import answer
from server.pages.files import static_file, widget_file
from server.pages.inbox import inbox
from server.pages.landing import landing
from server.pages.live import live
from server.pages.sign_in import sign_in_page, sign_in_sent, sign_out_sent
from server.pages.widget import frame, loader, script

__all__ = ["PAGES", "answer"]

PAGES = [
    landing,
    sign_in_page,
    sign_in_sent,
    sign_out_sent,
    inbox,
    live,
    demo,
    loader,
    frame,
    script,
    widget_file,
    static_file,
]
