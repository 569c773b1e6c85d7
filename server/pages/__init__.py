"""What people open in a browser. `PAGES` lists every route; a new page is a file and a line here."""

from server.pages.demo import demo
from server.pages.files import static_file, widget_file
from server.pages.widget import frame, loader

PAGES = [loader, frame, widget_file, static_file, demo]
