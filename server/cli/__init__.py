"""One file a command; `server/__main__.py` lists them."""
